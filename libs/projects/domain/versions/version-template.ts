import { DomainError, isDomainError } from '@slipway/kernel';
import { parse } from 'semver';
import { VariableResolver } from '../variables/resolver';
import { unknownNameProblem, VERSION_NAMES } from '../variables/slipway-names';
import { parseTemplate } from '../variables/template';
import type { Variable } from '../variables/variable';
import { isReleaseVersion } from './release-version';

/** Of projects that set none: the first release is 0.0.1, then the patch counts. */
export const DEFAULT_VERSION_TEMPLATE = '#{Slipway.Version.LastMajor}.#{Slipway.Version.LastMinor}.#{Slipway.Version.NextPatch}';

/** What the next version depends on. Versions are those of the releases created last; absent: there is none yet, which counts as 0.0.0. */
export interface VersionFacts {
  readonly last?: string;
  readonly lastInChannel?: string;
  /** Slug of the new release's channel. */
  readonly channel: string;
  /** RFC 3339 UTC. */
  readonly now: string;
}

/**
 * The version that a template gives: `#{Slipway.Version.…}`, `#{Slipway.Version.Channel.…}`, `#{Slipway.Date.…}`, `#{Slipway.Release.Channel}` and the
 * project's variables without scope. Errors: DomainError `release.version-template` (conflict) where that is no Semantic Version or a name is missing; those of
 * VariableResolver.
 */
export function versionFrom(template: string, facts: VersionFacts, variables: readonly Variable[]): string {
  const { version, problem } = expanded(template, facts, variables);
  if (problem === undefined) return version;
  const message = `The version template ${template} gives no version: ${problem}. Change it, or give a version.`;
  throw new DomainError('conflict', 'release.version-template', message, { template, gives: version });
}

/** Refuses what could never give a version. Errors: DomainError `project.version-template` (invalid). */
export function checkVersionTemplate(template: string, variables: readonly Variable[]): void {
  const problem = problemOf(template, variables);
  if (problem === undefined) return;
  const errors = [{ pointer: '/versionTemplate', message: problem }];
  throw new DomainError('invalid', 'project.version-template', `The project cannot be saved: ${problem}.`, { template }, errors);
}

const SAMPLE: VersionFacts = { last: '1.2.3-rc.4', lastInChannel: '1.2.3-rc.4', channel: 'default', now: '2026-01-05T08:00:00.000Z' };

function problemOf(template: string, variables: readonly Variable[]): string | undefined {
  try {
    const unknown = unknownNameProblem(parseTemplate(template), VERSION_NAMES);
    if (unknown !== undefined) return unknown;
    const { problem, missing } = expanded(template, SAMPLE, variables);
    const strangers = missing.filter((warning) => /^#\{Slipway\./i.test(warning));
    // A variable that is missing now may come later; only then is it known what the template gives.
    return missing.length > strangers.length ? strangers[0] : problem;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return error.message;
  }
}

function expanded(
  template: string,
  facts: VersionFacts,
  variables: readonly Variable[],
): { version: string; problem?: string; missing: string[] } {
  const everywhere = variables.filter(({ scope }) => scope === undefined || Object.keys(scope).length === 0);
  const resolver = new VariableResolver(everywhere, { roles: [] }, given(facts));
  const version = resolver.expand(template, 'the version template');
  const missing = resolver.warnings;
  if (missing[0] !== undefined) return { version, missing, problem: missing[0].replace(/\.$/, '') };
  const none = { version, missing, problem: `${version} is no Semantic Version` };
  return isReleaseVersion(version) ? { version, missing } : none;
}

function given({ last, lastInChannel, channel, now }: VersionFacts): Record<string, string> {
  const [year = '', month = '', day = ''] = now
    .slice(0, 10)
    .split('-')
    .map((part) => String(Number(part)));
  return {
    ...numbers('Slipway.Version.', last),
    ...numbers('Slipway.Version.Channel.', lastInChannel),
    'Slipway.Date.Year': year,
    'Slipway.Date.Month': month,
    'Slipway.Date.Day': day,
    'Slipway.Release.Channel': channel,
  };
}

function numbers(prefix: string, version = '0.0.0'): Record<string, string> {
  const { major, minor, patch, prerelease } = parse(version) ?? { major: 0, minor: 0, patch: 0, prerelease: [] };
  const counted = Object.entries({ Major: major, Minor: minor, Patch: patch }).flatMap(([name, number]): [string, string][] => [
    [`${prefix}Last${name}`, String(number)],
    [`${prefix}Next${name}`, String(number + 1)],
  ]);
  return { ...Object.fromEntries(counted), [`${prefix}LastSuffix`]: prerelease.join('.') };
}
