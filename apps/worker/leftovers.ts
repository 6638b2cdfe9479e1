import type { AttemptOutcome, Clock, Log } from '@slipway/kernel';
import type { AttemptNote, AttemptNotes } from './attempt-notes';
import { progressMessage, type PatientBus } from './patient-bus';
import { killLeftGroup } from './process-groups';

export interface LeftoversOptions {
  readonly notes: AttemptNotes;
  readonly bus: PatientBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What the last worker in this folder left behind: its processes are killed, then each attempt is reported, and only then forgotten. */
export async function clearLeftovers({ notes, bus, clock, log, signal }: LeftoversOptions): Promise<void> {
  for (const note of await notes.readAll()) {
    const { attempt, worker, group } = note;
    if (group && !(await killLeftGroup(group, notes.folderOf(attempt), clock))) {
      log.error('processes of an earlier attempt cannot be killed', { ...attempt, group: group.pid });
    }
    const outcome = outcomeOf(note);
    await bus.send([progressMessage({ ...attempt, worker, at: clock.timestamp(), ...outcome })], signal);
    await notes.remove(attempt);
    log.warn('an attempt that an earlier worker left behind was reported', { ...attempt, as: outcome.kind });
  }
  await notes.removeStrayFolders();
}

function outcomeOf({ status }: AttemptNote): AttemptOutcome {
  if (status === 'begun') return { kind: 'lost', error: 'its worker ended while it ran: what it did is unknown' };
  return { kind: 'returned', error: 'its worker ended before it began' };
}
