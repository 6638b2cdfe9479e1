import type { Phase } from '@slipway/lifecycles/contract';
import type { KnownRelease, ReleaseDeployment } from './release';

/** Deployments of a release to an environment that succeeded, in the order they ended. "Deployed" is history, not the latest state. */
export function successesIn(release: KnownRelease, environment: string): ReleaseDeployment[] {
  return release.deployments
    .filter((one) => one.environment === environment && one.concluded?.outcome === 'succeeded')
    .sort((a, b) => Number((a.concluded?.position ?? 0n) - (b.concluded?.position ?? 0n)));
}

export function phaseOf(release: KnownRelease, environment: string): { phase: Phase; index: number } | undefined {
  const index = release.lifecycle.phases.findIndex((phase) => phase.environments.some((one) => one.environment === environment));
  const phase = release.lifecycle.phases[index];
  return phase ? { phase, index } : undefined;
}

/** Environments of a phase that had no success yet. */
export function missingIn(release: KnownRelease, phase: Phase): string[] {
  return phase.environments.map((one) => one.environment).filter((environment) => successesIn(release, environment).length === 0);
}

/** Complete: all of its environments, or at least `minimum`, had a success. */
export function isComplete(release: KnownRelease, phase: Phase): boolean {
  const done = phase.environments.length - missingIn(release, phase).length;
  return done >= (phase.minimum ?? phase.environments.length);
}

/** Reached: every earlier phase is complete or optional; the first one always. */
export function isReached(release: KnownRelease, index: number): boolean {
  return release.lifecycle.phases.slice(0, index).every((phase) => phase.optional || isComplete(release, phase));
}

/** A blocked release opens no phase in which it has no success yet; the first one stays open, and no phase is exempt for being optional. */
export function isBarred(release: KnownRelease, index: number): boolean {
  if (release.status !== 'blocked' || index === 0) return false;
  return release.lifecycle.phases[index]?.environments.every((one) => successesIn(release, one.environment).length === 0) ?? false;
}

/** The environment of the latest success in the nearest earlier phase that had one: the near end of a promotion link. */
export function promotionSource(release: KnownRelease, environment: string): string | undefined {
  const place = phaseOf(release, environment);
  if (!place) return undefined;
  for (const phase of release.lifecycle.phases.slice(0, place.index).reverse()) {
    const successes = phase.environments.flatMap((one) => successesIn(release, one.environment));
    const latest = successes.reduce<ReleaseDeployment | undefined>(
      (best, one) => (best === undefined || (one.concluded?.position ?? 0n) > (best.concluded?.position ?? 0n) ? one : best),
      undefined,
    );
    if (latest) return latest.environment;
  }
  return undefined;
}
