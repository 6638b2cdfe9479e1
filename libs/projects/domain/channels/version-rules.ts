import { messageOf } from '@slipway/kernel';
import { RE2JS } from 're2js';
import { intersects, prerelease as tagOf, satisfies, validRange } from 'semver';
import type { Channel } from './channel';

/** Otherwise `>=1.0.0` would leave out 1.1.0-rc.1, and channels of prereleases could have no range. */
const RANGES = { includePrerelease: true };

/** What is wrong with the rules themselves, by field. */
export function ruleProblems({ versions, prerelease }: Channel): { readonly field: 'versions' | 'prerelease'; readonly message: string }[] {
  const problems: ReturnType<typeof ruleProblems> = [];
  if (versions !== undefined && validRange(versions, RANGES) === null)
    problems.push({ field: 'versions', message: 'must be a range of Semantic Versions, such as >=1.4.0 <2.0.0, ^1.4.0 or 1.x' });
  else if (versions !== undefined && !intersects(versions, '*', RANGES))
    problems.push({ field: 'versions', message: `must be a range in which a version can lie: there is none in ${versions}` });
  if (isPattern(prerelease)) {
    try {
      RE2JS.compile(prerelease);
    } catch (error) {
      problems.push({ field: 'prerelease', message: `must be none, any or a pattern (RE2) such as rc\\.\\d+: ${messageOf(error)}` });
    }
  }
  return problems;
}

/** The rules of a channel that a version breaks, in words; none: the version may be released in it. */
export function versionProblems(channel: Channel, version: string): string[] {
  const { slug, versions, prerelease } = channel;
  const tag = (tagOf(version) ?? []).join('.');
  const problems: string[] = [];
  if (versions !== undefined && !satisfies(version, versions, RANGES)) problems.push(`channel ${slug} takes versions ${versions} only`);
  if (prerelease === 'none' && tag !== '') problems.push(`channel ${slug} takes no prereleases, and ${tag} is one`);
  if (isPattern(prerelease) && !RE2JS.compile(prerelease).matches(tag))
    problems.push(`channel ${slug} takes prerelease tags that match ${prerelease} only, not ${tag === '' ? 'none' : tag}`);
  return problems;
}

function isPattern(prerelease: string | undefined): prerelease is string {
  return prerelease !== undefined && prerelease !== 'none' && prerelease !== 'any';
}
