import type { Reason } from '@slipway/kernel';
import { phaseOf, successesIn } from './progression';
import type { KnownRelease } from './release';

/** What is known to run in the environments of a project: the release of the latest success, and where in the log that stands. */
export type CurrentReleases = Readonly<Record<string, { readonly version: string; readonly position: bigint }>>;

/** Whether this release is the one that runs in an environment. Knowledge that lags can only say yes. */
export function isCurrent(release: KnownRelease, environment: string, current: CurrentReleases): boolean {
  const own = successesIn(release, environment).at(-1)?.concluded;
  if (!own) return false;
  const known = current[environment];
  return known === undefined || known.version === release.version || known.position < own.position;
}

/** Everything that stands against deleting a release (seed 001, domain.md §3); empty: it may be deleted. */
export function deletionBlockers(release: KnownRelease, current: CurrentReleases): Reason[] {
  const links = release.links.map((link): Reason => ({
    code: 'release-linked',
    message: `It is connected from ${link.from} to ${link.to}: deleting it would break what comes after.`,
    facts: { from: link.from, to: link.to, deployment: link.deployment },
    events: [link.event],
  }));
  const running = release.lifecycle.phases
    .flatMap((phase) => phase.environments.map((one) => one.environment))
    .filter((environment) => (phaseOf(release, environment)?.index ?? 0) > 0 && isCurrent(release, environment, current))
    .map((environment): Reason => ({
      code: 'release-current',
      message: `It is what runs in ${environment}.`,
      facts: { environment },
      events: successesIn(release, environment)
        .slice(-1)
        .flatMap((one) => one.concluded?.event ?? []),
    }));
  return [...links, ...running, ...unfinished(release)];
}

/** The deployments of a release that have not ended. */
export function unfinished(release: KnownRelease): Reason[] {
  return release.deployments
    .filter((one) => !one.concluded)
    .map(({ deployment, environment, scheduledEvent }) => ({
      code: 'deployment-unfinished',
      message: `Its deployment ${deployment} to ${environment} has not ended: wait for it, or cancel it.`,
      facts: { deployment, environment },
      events: [scheduledEvent],
    }));
}
