import { InfrastructureError, isRetryable, type Message } from '@slipway/kernel';
import { partitionOfKey } from '../partition-of';
import type { KafkaClient } from './kafka-client';
import { KafkaProducer } from './kafka-producer';
import type { KafkaTopics } from './kafka-topics';
import { batches, outgoing, type OutgoingCall, takeTogether } from './outgoing';

/** A call is given up after this long. What it sent may be stored yet. */
const GIVE_UP_AFTER = 10_000;

/** Publishes one batch at a time, so that nothing overtakes what is sent again; what is published meanwhile goes together in the next. */
export class KafkaPublisher {
  private readonly producer: KafkaProducer;
  private readonly queue: OutgoingCall[] = [];
  private vanishings = 0;
  private sending: Promise<void> | undefined;
  private failure: { readonly reason: string; readonly at: number } | undefined;

  constructor(
    private readonly client: KafkaClient,
    private readonly topics: KafkaTopics,
  ) {
    this.producer = new KafkaProducer(client);
  }

  /**
   * Resolves when all replicas in sync have the messages. A refusal stores nothing. After `message-bus.unavailable` any of them may be stored, partition by
   * partition: Kafka has no call over several that is all or nothing and lets nobody wait for a dead process. Repeated as a whole, it is at least once.
   */
  async publish(messages: readonly Message[]): Promise<void> {
    await this.topics.require([...new Set(messages.map(({ topic }) => topic))]);
    const sized = messages.map((message) => outgoing(message, this.partitionOf(message.topic, message.key)));
    if (sized.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      const cancel = this.client.on.clock.after(GIVE_UP_AFTER, () => call.failed(this.tooLong()));
      const call: OutgoingCall = {
        messages: sized,
        stored: () => {
          cancel();
          resolve();
        },
        failed: (error) => {
          cancel();
          const place = this.queue.indexOf(call);
          if (place >= 0) this.queue.splice(place, 1);
          if (isRetryable(error)) this.failure = { reason: error.message, at: this.client.on.clock.now() };
          reject(error);
        },
      };
      this.queue.push(call);
      this.sending ??= this.sendAll();
    });
  }

  partitionOf(topic: string, key: string): number {
    return partitionOfKey(key, this.topics.partitions(topic));
  }

  /** Why the last call failed, until one succeeds or the brokers are seen well again. */
  trouble(): string | undefined {
    return this.failure && this.failure.at >= this.topics.seenAt ? this.failure.reason : undefined;
  }

  /** Sends what waits, then lets go. */
  async close(): Promise<void> {
    await this.sending;
    await this.producer.close();
  }

  /** Begins with the next turn of the event loop: what is published in one goes together. */
  private async sendAll(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.queue.length > 0) await this.send(takeTogether(this.queue));
    this.sending = undefined;
  }

  private async send(calls: readonly OutgoingCall[]): Promise<void> {
    try {
      await this.forgetVanished();
      for (const batch of batches(calls)) await this.producer.send(batch);
      this.failure = undefined;
      calls.forEach((call) => call.stored());
    } catch (error) {
      const failure = this.client.failure(error, 'take messages');
      // A topic may take less than others: each alone, so that only the culprit is refused.
      if (failure.retryable || calls.length === 1) calls.forEach((call) => call.failed(failure));
      else for (const call of calls) await this.send([call]);
    }
  }

  /** A producer asks after every topic that it ever sent to, and stands still when one of them is gone: a reply topic, say. */
  private async forgetVanished(): Promise<void> {
    if (this.vanishings === this.topics.vanishings) return;
    this.vanishings = this.topics.vanishings;
    await this.producer.close();
  }

  private tooLong(): InfrastructureError {
    const words = `Kafka at ${this.client.place} did not take messages within ${GIVE_UP_AFTER / 1_000} s: whether it will is unknown`;
    return new InfrastructureError('message-bus.unavailable', words, true);
  }
}
