import { DomainError } from '@slipway/kernel';
import type { KnownFreeze } from '@slipway/freezes/contract';
import { eligibility } from './eligibility';
import type { KnownRelease } from './release';
import type { FreezeOverride, ReleaseEvent } from './release.events';

export interface FreezeOptions {
  readonly environment: string;
  /** Those of the project. */
  readonly freezes: readonly KnownFreeze[];
  /** Lets the deployment through the freezes that are active when it is due. */
  readonly overrideFreeze?: { readonly reason: string };
}

/**
 * Whether a release may be deployed when the deployment is due, at `at`; what it then has to be let through. Errors: DomainError `release.not-eligible` with
 * every reason that is left, `deployment.no-freeze` for an override without a freeze: nobody should get used to sending one along.
 */
export function admitted(release: KnownRelease, options: FreezeOptions, at: string): FreezeOverride | undefined {
  const { environment, freezes, overrideFreeze } = options;
  const { reasons } = eligibility(release, environment, { at, freezes });
  const active = reasons.flatMap(({ code, facts }) => (code === 'freeze-active' ? [String(facts['freeze'])] : []));
  const left = overrideFreeze ? reasons.filter(({ code }) => code !== 'freeze-active') : reasons;
  if (left.length > 0) {
    const text = left.map((one) => one.message).join(' ');
    const facts = { environment, reasons: left };
    throw new DomainError(
      'conflict',
      'release.not-eligible',
      `Release ${release.version} may not be deployed to ${environment}: ${text}`,
      facts,
    );
  }
  if (!overrideFreeze) return undefined;
  if (active.length === 0) {
    const message = `no freeze is active in ${environment} at ${at}: leave it out`;
    const errors = [{ pointer: '/overrideFreeze', message }];
    throw new DomainError('conflict', 'deployment.no-freeze', `There is nothing to override: ${message}.`, { environment, at }, errors);
  }
  return { reason: overrideFreeze.reason, freezes: active };
}

/** What was scheduled, and that it was let through: an event of its own, for the history. */
export function withOverride(events: ReleaseEvent[], override: FreezeOverride | undefined): ReleaseEvent[] {
  if (!override) return events;
  return events.flatMap((event): ReleaseEvent[] => {
    if (event.type !== 'DeploymentScheduled') return [event];
    const { deployment, project, version, environment } = event.data;
    return [event, { type: 'FreezeOverridden', data: { deployment, project, version, environment, ...override } }];
  });
}
