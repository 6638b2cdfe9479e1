import { InfrastructureError } from '@slipway/kernel';
import type { Producer, TopicMessages } from 'kafkajs';
import type { KafkaClient } from './kafka-client';
import { protocolError } from './kafka-failure';
import type { OutgoingMessage } from './outgoing';

/** The broker knows nothing good of this producer any more; another one may go on. */
const FENCED = [
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'UNKNOWN_PRODUCER_ID',
  'DUPLICATE_SEQUENCE_NUMBER',
];

/**
 * Sends batches one after another, each once: within a call a broker recognizes what kafkajs sends again by its sequence numbers. A call that failed is of
 * unknown outcome, and its numbers may be taken: the next one goes to a new producer, or a broker might take other messages for the same ones and drop them.
 */
export class KafkaProducer {
  private current: Promise<Producer> | undefined;

  constructor(private readonly client: KafkaClient) {}

  /** Errors: those of kafkaFailure. */
  async send(batch: readonly OutgoingMessage[]): Promise<void> {
    try {
      await this.sendOnce(batch);
    } catch (error) {
      if (!FENCED.includes(protocolError(error))) throw this.client.failure(error, `take ${batch.length} messages`);
      this.client.on.log.debug('a producer was replaced', { reason: protocolError(error) });
      await this.sendOnce(batch).catch((again: unknown) => Promise.reject(this.client.failure(again, `take ${batch.length} messages`)));
    }
  }

  /** Lets go of the connection; another `send` makes a new one. */
  async close(): Promise<void> {
    await this.letGo();
  }

  private async sendOnce(batch: readonly OutgoingMessage[]): Promise<void> {
    try {
      const producer = await (this.current ??= this.connect());
      const topicMessages = this.byTopic(batch);
      const taken = await producer.sendBatch({ acks: -1, topicMessages });
      const answered = new Set(taken.map(({ topicName, partition }) => `${topicName}/${partition}`));
      // kafkajs forgets a partition whose leader moved to a broker that had answered already, and calls it sent.
      for (const { topic, messages } of topicMessages)
        for (const { partition } of messages)
          if (!answered.has(`${topic}/${partition}`))
            throw new InfrastructureError(
              'message-bus.unavailable',
              `Kafka at ${this.client.place} did not answer for ${topic}/${partition}`,
              true,
            );
    } catch (error) {
      void this.letGo();
      throw error;
    }
  }

  private byTopic(batch: readonly OutgoingMessage[]): TopicMessages[] {
    const topics = new Map<string, TopicMessages>();
    const timestamp = String(this.client.on.clock.now());
    for (const { message, partition } of batch) {
      const topic = this.client.named(message.topic);
      const entry = topics.get(topic) ?? { topic, messages: [] };
      topics.set(topic, entry);
      entry.messages.push({ key: message.key, value: message.value, headers: message.headers, partition, timestamp });
    }
    return [...topics.values()];
  }

  private async connect(): Promise<Producer> {
    const producer = this.client.kafka({ patient: true }).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // By partition-of.ts, beforehand: who asks where a key lands must get the same answer.
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    await producer.connect();
    return producer;
  }

  private letGo(): Promise<void> | undefined {
    const going = this.current?.then(
      (producer) => producer.disconnect().catch(() => undefined),
      () => undefined,
    );
    this.current = undefined;
    return going;
  }
}
