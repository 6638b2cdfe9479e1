import { type Consumer, type Delivery, isRetryable, type Log, type MessageBus, messageOf, TOPICS } from '@slipway/kernel';
import type { KeptLetters } from './kept-letters';

const GROUP = 'slipway-dead-letters';

export interface DeadLetterIntakeOptions {
  /** Where the topic of dead letters is ensured. */
  readonly bus: Pick<MessageBus, 'consume'>;
  readonly letters: KeptLetters;
  readonly log: Log;
}

/** Keeps what comes on `slipway.dead-letters`, so that people can look at it and replay it. It sets nothing aside: that would come back. */
export class DeadLetterIntake {
  private consumer: Consumer | undefined;

  constructor(private readonly on: DeadLetterIntakeOptions) {}

  /** Resolves when it holds its partition. */
  async start(): Promise<void> {
    this.consumer = this.on.bus.consume({ group: GROUP, topics: [TOPICS.deadLetters], handle: (delivery) => this.take(delivery) });
    await this.consumer.started;
  }

  /** Why it takes nothing now, in plain words; undefined while it does. */
  trouble(): string | undefined {
    return this.consumer ? this.consumer.trouble() : 'it has not been started';
  }

  async stop(): Promise<void> {
    await this.consumer?.stop();
  }

  /** A store that is away is waited for: the delivery comes again. */
  private async take(delivery: Delivery): Promise<void> {
    const { log, letters } = this.on;
    const place = { topic: delivery.topic, partition: delivery.partition, offset: String(delivery.offset) };
    try {
      if (!(await letters.keep(delivery))) log.warn('a message among the dead letters is none: it is passed over', place);
    } catch (error) {
      if (isRetryable(error)) throw error;
      log.error('a dead letter cannot be kept for the list: it is on its topic only', { ...place, reason: messageOf(error) });
    }
  }
}
