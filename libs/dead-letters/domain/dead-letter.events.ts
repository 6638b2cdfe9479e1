import type { DomainEvent, EventEntries } from '@slipway/kernel';

/**
 * Somebody wants a message that was given up published again. It refers to the message: what that says may be a secret. `message`: its id, as the repetition
 * names it; `offset` is a decimal text.
 */
export interface DeadLetterReplayRequested extends DomainEvent {
  readonly type: 'DeadLetterReplayRequested';
  readonly data: {
    deadLetter: string;
    message: string;
    topic: string;
    partition: number;
    offset: string;
    group: string;
    reason: string;
  };
}

export type DeadLetterEvent = DeadLetterReplayRequested;

export const deadLetterEvents: { entries: EventEntries<DeadLetterEvent> } = {
  entries: {
    DeadLetterReplayRequested: {
      sample: {
        deadLetter: '1f0c2a9e-4b7d-8c3e-9a10-5d2f7b6e8c41',
        message: '7a3b9c5d-2e1f-8d4c-8b6a-0f9e8d7c6b5a',
        topic: 'slipway.commands',
        partition: 3,
        offset: '42',
        group: 'slipway-commands',
        reason: 'request.malformed: The value is no JSON in UTF-8.',
      },
    },
  },
};
