import type { FailureMode } from '@slipway/environments/contract';
import { type Command, defined, DomainError, durationMs, refuseFaults, timeAfter } from '@slipway/kernel';
import { promptedValues, stepNamed } from '@slipway/projects/contract';
import { admitted, type FreezeOptions, withOverride } from './freeze-override';
import { phaseOf } from './progression';
import type { KnownRelease } from './release';
import type { ParentStep, ReleaseEvent } from './release.events';
import { scheduled } from './scheduled';

/** Deployments are scheduled at most this far ahead: exactly 30 days are accepted (seed 003). */
export const FURTHEST_AHEAD_MS = 30 * 24 * 3_600_000;

/** Times are RFC 3339 UTC; `exclude` names steps, whatever the case. */
export interface DeploymentOptions extends FreezeOptions {
  readonly environment: string;
  readonly at?: string;
  /** ISO 8601, counted from `at`; or `expiresAt`. Governs the start only. */
  readonly expiresAfter?: string;
  readonly expiresAt?: string;
  readonly exclude: readonly string[];
  readonly failureMode: FailureMode;
  readonly comment?: string;
  readonly priority: boolean;
  /** Answers to the prompts that this deployment asks, by label. */
  readonly answers?: Readonly<Record<string, string>>;
  /** By variable name: as another deployment was answered, so nothing is asked. */
  readonly prompted?: Readonly<Record<string, string>>;
  /** Absent: the newest snapshot. */
  readonly variablesSnapshot?: number;
  readonly redeployOf?: string;
  readonly rollbackOf?: string;
  readonly parent?: ParentStep;
}

export interface ScheduleDeploymentCommand extends Command {
  readonly type: 'ScheduleDeployment';
  readonly data: DeploymentOptions;
}

/** The same, to an environment of a later phase: the field is called `to`. */
export interface PromoteReleaseCommand extends Command {
  readonly type: 'PromoteRelease';
  readonly data: DeploymentOptions;
}

/** The same as an earlier deployment: once more, or to take a later one back. */
export interface RepeatDeploymentCommand extends Command {
  readonly type: 'RedeployDeployment' | 'RollBackDeployment';
  readonly data: DeploymentOptions;
}

/** Asked for by a step of another project's deployment, `parent`. */
export interface ScheduleChildDeploymentCommand extends Command {
  readonly type: 'ScheduleChildDeployment';
  readonly data: DeploymentOptions;
}

export type DeploymentRequestCommand =
  ScheduleDeploymentCommand | PromoteReleaseCommand | RepeatDeploymentCommand | ScheduleChildDeploymentCommand;

export function scheduleDeployment({ type, data, meta }: DeploymentRequestCommand, release: KnownRelease): ReleaseEvent[] {
  checkAncestors(data, release);
  const at = data.at ?? meta.now;
  checkTime(at, meta.now);
  const overrideFreeze = admitted(release, data, at);
  if (type === 'PromoteRelease' && phaseOf(release, data.environment)?.index === 0) {
    throw new DomainError(
      'conflict',
      'release.nothing-to-promote',
      `${data.environment} belongs to the first phase: a promotion takes a release on to a later one. Deploy it there instead: POST …/releases/${release.version}/deployments.`,
      { to: data.environment },
    );
  }
  const expiresAt = expiry(data, at);
  const prompted = data.prompted ?? answered(data, release);
  const excluded = excludedSteps(data.exclude, release);
  const request = defined({ ...data, at, expiresAt, excluded, prompted, overrideFreeze, automatic: false });
  return withOverride(scheduled(release, request, meta), overrideFreeze);
}

/** Answers by variable name; undefined for none. Errors: those of promptedValues. */
function answered({ environment, answers = {}, variablesSnapshot }: DeploymentOptions, release: KnownRelease) {
  const snapshot = release.snapshots.find(({ number }) => number === variablesSnapshot) ?? release.snapshots.at(-1);
  const prompted = promptedValues(snapshot?.variables ?? [], { environment, channel: release.channel }, answers);
  return Object.keys(prompted).length > 0 ? prompted : undefined;
}

/** A deployment that waits for one of its own project would wait for itself. */
function checkAncestors({ parent }: DeploymentOptions, { project }: KnownRelease): void {
  if (!parent?.ancestors.includes(project)) return;
  const path = [...parent.ancestors, project];
  const message = `Its projects would wait for each other: ${path.join(' → ')}.`;
  throw new DomainError('conflict', 'deployment.project-cycle', message, { path });
}

function refuse(pointer: string, code: string, message: string): never {
  throw new DomainError('invalid', code, `The deployment cannot be scheduled: ${message}.`, {}, [{ pointer, message }]);
}

function checkTime(at: string, now: string): void {
  const ahead = Date.parse(at) - Date.parse(now);
  if (ahead < 0) refuse('/at', 'deployment.at-past', `${at} is past, it is ${now}; leave \`at\` out to deploy now`);
  if (ahead > FURTHEST_AHEAD_MS)
    refuse('/at', 'deployment.at-too-far', `${at} is more than 30 days ahead; the furthest time is ${timeAfter(now, FURTHEST_AHEAD_MS)}`);
}

/** A deployment that waits longer for its start than this is a mistake. */
const LONGEST_EXPIRY_MS = 365 * 24 * 3_600_000;

function expiry(data: DeploymentOptions, at: string): string | undefined {
  if (data.expiresAfter !== undefined && data.expiresAt !== undefined) {
    refuse('/expiresAfter', 'deployment.expiry-twice', 'give the period `expiresAfter` or the time `expiresAt`, not both');
  }
  if (data.expiresAfter !== undefined) {
    const ms = durationMs(data.expiresAfter) ?? 0;
    if (ms < 1_000 || ms > LONGEST_EXPIRY_MS)
      refuse('/expiresAfter', 'deployment.expiry-period', '`expiresAfter` must be an ISO 8601 duration from PT1S to P365D, such as PT2H');
    return timeAfter(at, ms);
  }
  if (data.expiresAt === undefined) return undefined;
  const after = Date.parse(data.expiresAt) - Date.parse(at);
  if (after <= 0)
    refuse(
      '/expiresAt',
      'deployment.expiry-before-start',
      `${data.expiresAt} is not after the start, ${at}: the deployment could never run`,
    );
  if (after > LONGEST_EXPIRY_MS)
    refuse('/expiresAt', 'deployment.expiry-too-far', `${data.expiresAt} is more than 365 days after the start, ${at}`);
  return data.expiresAt;
}

function excludedSteps(exclude: readonly string[], release: KnownRelease): string[] {
  const errors = exclude.flatMap((name, at) => {
    const step = stepNamed(release.process.steps, name);
    const known = release.process.steps.map((one) => one.name).join(', ');
    if (!step) return [{ pointer: `/exclude/${at}`, message: `release ${release.version} has no step ${name}: it has ${known}` }];
    return step.required ? [{ pointer: `/exclude/${at}`, message: `step ${step.name} is required and may not be excluded` }] : [];
  });
  refuseFaults(errors, 'deployment.exclude', 'The deployment cannot be scheduled');
  const named = new Set(exclude.map((name) => stepNamed(release.process.steps, name)));
  const excluded = release.process.steps.filter((step) => named.has(step)).map((step) => step.name);
  if (excluded.length === release.process.steps.length) {
    // It would succeed without having done anything, and open the phases behind it.
    refuse('/exclude', 'deployment.exclude', 'every step is excluded, so nothing would be deployed; leave one in');
  }
  return excluded;
}
