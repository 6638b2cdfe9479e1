import { type Delivery, isRetryable, type Log, messageOf } from '@slipway/kernel';
import type { KeptLetters } from './kept-letters';

/** Keeps what comes on `slipway.dead-letters`, so that people can look at it and replay it. It sets nothing aside: that would come back. */
export class DeadLetterIntake {
  constructor(
    private readonly letters: KeptLetters,
    private readonly log: Log,
  ) {}

  /** Resolves when it is kept, or cannot be. Rejects while a store is away: then the delivery comes again. */
  async take(delivery: Delivery): Promise<void> {
    const place = { topic: delivery.topic, partition: delivery.partition, offset: String(delivery.offset) };
    try {
      if (!(await this.letters.keep(delivery))) this.log.warn('a message among the dead letters is none: it is passed over', place);
    } catch (error) {
      if (isRetryable(error)) throw error;
      this.log.error('a dead letter cannot be kept for the list: it is on its topic only', { ...place, reason: messageOf(error) });
    }
  }
}
