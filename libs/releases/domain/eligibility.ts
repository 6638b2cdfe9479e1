import { concerns, frozenUntil, type KnownFreeze } from '@slipway/freezes/contract';
import type { Reason } from '@slipway/kernel';
import type { Phase } from '@slipway/lifecycles/contract';
import { isBarred, isComplete, isReached, missingIn, phaseOf, successesIn } from './progression';
import type { KnownRelease } from './release';

/** Whether a release may be deployed to an environment at a time; if not, every reason, with the events behind each. */
export interface Verdict {
  readonly allowed: boolean;
  readonly reasons: readonly Reason[];
  /** The earliest time at which it could be otherwise, where a clock has a say in it. */
  readonly notBefore?: string;
}

/** What beside the release decides. */
export interface Around {
  /** When it would be deployed: RFC 3339 UTC. */
  readonly at: string;
  /** At least those of the project that are not over at that time. */
  readonly freezes: readonly KnownFreeze[];
  /** Slugs of the freezes that the deployment was let through. */
  readonly overridden?: readonly string[];
}

/**
 * THE rule of progression (domain.md §2). Scheduling, promotion, the lane's grant, progression and lists all ask it, so no two places
 * can disagree. Pure: `release` is the folded stream.
 */
export function eligibility(release: KnownRelease, environment: string, around: Around): Verdict {
  const { at, freezes, overridden = [] } = around;
  const freezing = freezes.filter((freeze) => concerns(freeze, release.project, environment) && !overridden.includes(freeze.slug));
  const frozen = freezing.flatMap((freeze) => freezeReason(freeze, environment, at));
  const reasons = [...deletion(release), ...archival(release), ...place(release, environment), ...frozen];
  if (frozen.length === 0) return { allowed: reasons.length === 0, reasons };
  const ends = frozen.flatMap(({ notBefore }) => notBefore ?? []);
  return { allowed: false, reasons, notBefore: thaw(freezing, latest(ends, at), 1) };
}

function freezeReason(freeze: KnownFreeze, environment: string, at: string): Reason[] {
  const until = frozenUntil(freeze, at);
  if (until === undefined) return [];
  const { slug, reason, events } = freeze;
  const message = `Freeze ${slug} keeps deployments from ${environment} until ${until}${reason === undefined ? '' : ` (“${reason}”)`}.`;
  return [{ code: 'freeze-active', message, facts: { freeze: slug, until }, events, notBefore: until }];
}

/** One freeze may begin before another is over; rows of them are followed this far. */
const MOST_IN_A_ROW = 20;

/** The first time at which none of these freezes is active, or one before which that is certain. */
function thaw(freezes: readonly KnownFreeze[], at: string, followed: number): string {
  const ends = freezes.flatMap((freeze) => frozenUntil(freeze, at) ?? []);
  const last = latest(ends, at);
  return last === at || followed === MOST_IN_A_ROW ? last : thaw(freezes, last, followed + 1);
}

function latest(times: readonly string[], from: string): string {
  return times.reduce((last, time) => (time > last ? time : last), from);
}

function deletion(release: KnownRelease): Reason[] {
  if (release.status !== 'deleted') return [];
  return [{ code: 'release-deleted', message: `Release ${release.version} was deleted.`, facts: { version: release.version }, events: [] }];
}

function archival(release: KnownRelease): Reason[] {
  if (release.status !== 'archived') return [];
  const { surplus, at, event } = release.archived;
  const phases = surplus.map(({ phase }) => phase).join(', ');
  const message = `Retention archived release ${release.version} at ${at}, as one too many in ${phases}: release the same again under another version.`;
  return [{ code: 'release-archived', message, facts: { surplus, at }, events: [event] }];
}

function place(release: KnownRelease, environment: string): Reason[] {
  const found = phaseOf(release, environment);
  if (!found) {
    const known = release.lifecycle.phases.flatMap((phase) => phase.environments.map((one) => one.environment));
    return [
      {
        code: 'environment-not-in-lifecycle',
        message: `The lifecycle ${release.lifecycle.slug}, as frozen in release ${release.version}, has no environment ${environment}: it has ${known.join(', ')}.`,
        facts: { environment, lifecycle: release.lifecycle.slug, environments: known },
        events: [release.createdEvent],
      },
    ];
  }
  return [...block(release, found), ...incomplete(release, environment, found.index)];
}

function block(release: KnownRelease, { phase, index }: { phase: Phase; index: number }): Reason[] {
  if (release.status !== 'blocked' || !isBarred(release, index)) return [];
  const { reason, by, at, event } = release.blocked;
  return [
    {
      code: 'release-blocked',
      message: `${by} blocked release ${release.version} (“${reason}”): it enters no phase in which it has no success yet, as in ${phase.name}.`,
      facts: { reason, by, at, phase: phase.name },
      events: [event],
    },
  ];
}

/** Every phase before the environment that is still to be completed. */
function incomplete(release: KnownRelease, environment: string, index: number): Reason[] {
  if (isReached(release, index)) return [];
  return release.lifecycle.phases
    .slice(0, index)
    .filter((phase) => !phase.optional && !isComplete(release, phase))
    .map((phase) => {
      const missing = missingIn(release, phase);
      const needed = phase.minimum ?? phase.environments.length;
      const done = phase.environments.flatMap((one) => successesIn(release, one.environment).slice(0, 1));
      return {
        code: 'phase-incomplete',
        message: `Phase ${phase.name} comes before ${environment} and is not complete: ${done.length} of ${needed} needed environments had a successful deployment of ${release.version}; missing ${missing.join(', ')}.`,
        facts: { phase: phase.name, missing, needed, done: done.length },
        events: [release.createdEvent, ...done.map((one) => one.concluded?.event ?? one.scheduledEvent)],
      };
    });
}
