import { type Command, type Decider, DomainError } from '@slipway/kernel';
import { type DeadLetterState, evolveDeadLetter, initialDeadLetter } from './dead-letter';
import type { DeadLetterEvent, DeadLetterReplayRequested } from './dead-letter.events';

export interface ReplayDeadLetterCommand extends Command {
  readonly type: 'ReplayDeadLetter';
  /** `shortened`: only the beginning of the message is left. */
  readonly data: { readonly letter: DeadLetterReplayRequested['data']; readonly shortened: boolean };
}

/** A message may be replayed as often as somebody asks: whoever handles it knows a repeat by its id. */
export const deadLetterDecider: Decider<ReplayDeadLetterCommand, DeadLetterState, DeadLetterEvent> = {
  category: 'dead-letter',
  initialState: initialDeadLetter,
  evolve: evolveDeadLetter,
  decide({ data: { letter, shortened } }) {
    if (shortened) {
      const message = `Of the message of the dead letter ${letter.deadLetter} only the beginning was kept, as it was larger than the bus takes: send it again, smaller.`;
      throw new DomainError('conflict', 'dead-letter.shortened', message, { deadLetter: letter.deadLetter });
    }
    return [{ type: 'DeadLetterReplayRequested', data: letter }];
  },
};
