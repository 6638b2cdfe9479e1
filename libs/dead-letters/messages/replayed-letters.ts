import { InfrastructureError, type Message, type RecordedEvent, replayedMessage } from '@slipway/kernel';
import type { Relayed } from '@slipway/platform';
import type { DeadLetterReplayRequested } from '../domain/dead-letter.events';
import type { KeptLetters } from '../intake/kept-letters';

/**
 * What is published when somebody wants a dead letter replayed: its message again, as it was. Errors: InfrastructureErrors `dead-letter.gone` (its row was
 * lost since), `secrets.unreadable`.
 */
export function replayedLetters(letters: KeptLetters): Relayed {
  return async (event: RecordedEvent): Promise<readonly Message[]> => {
    if (event.type !== 'DeadLetterReplayRequested') return [];
    const { deadLetter, message, topic } = event.data as DeadLetterReplayRequested['data'];
    const kept = await letters.find(deadLetter);
    if (!kept)
      throw new InfrastructureError('dead-letter.gone', `the message of the dead letter ${deadLetter} is not kept any more`, false);
    return [replayedMessage({ topic, message }, letters.open(kept))];
  };
}
