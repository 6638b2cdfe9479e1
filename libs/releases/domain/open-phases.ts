import type { CommandMeta } from '@slipway/kernel';
import { isBarred, isReached } from './progression';
import type { KnownRelease } from './release';
import type { ReleaseEvent } from './release.events';
import { scheduled } from './scheduled';

/**
 * The phases that are reached and were not before, unless a block keeps them closed; in each one the automatic environments are queued,
 * once (never those of an optional phase).
 */
export function openPhases(release: KnownRelease, meta: CommandMeta): ReleaseEvent[] {
  const { project, version } = release;
  return release.lifecycle.phases
    .filter((phase, index) => isReached(release, index) && !isBarred(release, index) && !release.phasesReached.includes(phase.name))
    .flatMap((phase) => {
      const automatic = phase.optional ? [] : phase.environments.filter((one) => one.automatic);
      const options = { at: meta.now, excluded: [], failureMode: 'default' as const, priority: false, automatic: true };
      return [
        { type: 'PhaseReached' as const, data: { project, version, phase: phase.name } },
        ...automatic.flatMap(({ environment }) => scheduled(release, { ...options, environment }, meta)),
      ];
    });
}
