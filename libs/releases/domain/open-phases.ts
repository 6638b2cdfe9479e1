import type { CommandMeta } from '@slipway/kernel';
import { unansweredPrompts } from '@slipway/projects/contract';
import { isBarred, isReached } from './progression';
import type { KnownRelease } from './release';
import type { ReleaseEvent } from './release.events';
import { scheduled } from './scheduled';

/**
 * The phases that are reached and were not before, unless a block keeps them closed; in each one the automatic environments are queued,
 * once (never those of an optional phase). One whose required prompts have no default waits for a person: nobody is there to answer, and a blank answer
 * is what `required` rules out. The event says so.
 */
export function openPhases(release: KnownRelease, meta: CommandMeta): ReleaseEvent[] {
  const { project, version } = release;
  return release.lifecycle.phases
    .filter((phase, index) => isReached(release, index) && !isBarred(release, index) && !release.phasesReached.includes(phase.name))
    .flatMap((phase) => {
      const automatic = phase.optional ? [] : phase.environments.filter((one) => one.automatic);
      const unanswered = automatic
        .map(({ environment }) => ({ environment, labels: labelsUnanswered(release, environment) }))
        .filter(({ labels }) => labels.length > 0);
      const waiting = new Set(unanswered.map(({ environment }) => environment));
      const options = { at: meta.now, excluded: [], failureMode: 'default' as const, priority: false, automatic: true };
      return [
        { type: 'PhaseReached' as const, data: { project, version, phase: phase.name, ...(unanswered.length > 0 && { unanswered }) } },
        ...automatic
          .filter(({ environment }) => !waiting.has(environment))
          .flatMap(({ environment }) => scheduled(release, { ...options, environment }, meta)),
      ];
    });
}

/** Labels of the required prompts without a default there: what a person has to answer, as nobody else can. */
export function labelsUnanswered({ snapshots, channel }: KnownRelease, environment: string): string[] {
  return unansweredPrompts(snapshots.at(-1)?.variables ?? [], { environment, channel });
}
