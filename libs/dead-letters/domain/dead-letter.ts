import { DomainError, type RecordedEvent } from '@slipway/kernel';
import type { DeadLetterEvent, DeadLetterReplayRequested } from './dead-letter.events';

/** How often a message was published again, and who wanted it last. */
export interface Replays {
  readonly times: number;
  readonly lastAt: string;
  readonly lastBy: string;
}

/** What became of a dead letter; the letter itself is in no event. */
export type DeadLetterState =
  | { readonly status: 'none' }
  | { readonly status: 'replayed'; readonly letter: DeadLetterReplayRequested['data']; readonly replays: Replays };

export const initialDeadLetter: DeadLetterState = { status: 'none' };

export function deadLetterStream(id: string): string {
  return `dead-letter-${id}`;
}

export function evolveDeadLetter(state: DeadLetterState, { data, metadata }: RecordedEvent<DeadLetterEvent>): DeadLetterState {
  const times = state.status === 'none' ? 1 : state.replays.times + 1;
  return { status: 'replayed', letter: data, replays: { times, lastAt: metadata.at, lastBy: metadata.actor } };
}

/** The refusal of what needs a dead letter that is not known, any more. */
export function noDeadLetter(id: string): DomainError {
  return new DomainError('not-found', 'dead-letter.not-found', `There is no dead letter ${id}.`, { deadLetter: id });
}
