import {
  type Clock,
  type ConsumeOptions,
  type Consumer,
  InfrastructureError,
  type Log,
  type Message,
  MessageBus,
  type Random,
  type TopicSpec,
} from '@slipway/kernel';
import { RefusedConsumer } from '../refused-consumer';
import { KafkaAdmin } from './kafka-admin';
import { KafkaClient } from './kafka-client';
import { KafkaConsumer } from './kafka-consumer';
import { KafkaPublisher } from './kafka-publisher';
import { KafkaTopics } from './kafka-topics';
import { readKafkaUrl } from './kafka-url';

export interface KafkaMessageBusOptions {
  /** As `readKafkaUrl` reads it. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/**
 * The bus on Apache Kafka. Nothing is connected before it is needed, and brokers that are away are waited for: `publish` and `ensureTopics` fail with
 * `message-bus.unavailable` after some seconds, consumers keep trying, and `trouble` tells. Errors of the constructor: those of readKafkaUrl and KafkaClient.
 */
export class KafkaMessageBus extends MessageBus {
  private readonly admin: KafkaAdmin;
  private readonly topics: KafkaTopics;
  private readonly publisher: KafkaPublisher;
  private readonly consumers = new Set<KafkaConsumer>();
  private closing: Promise<void> | undefined;
  private closed = false;

  constructor({ url, ...on }: KafkaMessageBusOptions) {
    super();
    const client = new KafkaClient(readKafkaUrl(url), on);
    this.admin = new KafkaAdmin(client);
    this.topics = new KafkaTopics(this.admin);
    this.publisher = new KafkaPublisher(client, this.topics);
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    if (this.closed) throw closed();
    await this.topics.ensure(topics);
  }

  async publish(messages: readonly Message[]): Promise<void> {
    if (this.closed) throw closed();
    await this.publisher.publish(messages);
  }

  consume(options: ConsumeOptions): Consumer {
    if (this.closing) return new RefusedConsumer(closed());
    const { admin, topics } = this;
    const consumer = new KafkaConsumer({ admin, topics, groupId: this.groupId(options) }, options, (stopped) =>
      this.consumers.delete(stopped),
    );
    this.consumers.add(consumer);
    return consumer;
  }

  partitionOf(topic: string, key: string): number {
    return this.publisher.partitionOf(topic, key);
  }

  trouble(): string | undefined {
    return this.topics.trouble() ?? this.publisher.trouble();
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
    this.closed = true;
    await this.publisher.close();
    await this.topics.close();
    await this.admin.close();
  }

  /**
   * Who reads without a group is alone in one of its own. It commits nothing, and Kafka forgets groups without members and offsets by itself, within
   * `offsets.retention.check.interval.ms` (10 minutes): also those of processes that were killed.
   */
  private groupId({ group }: ConsumeOptions): string {
    const { client } = this.admin;
    return client.named(group ?? `slipway-follower-${Buffer.from(client.on.random.bytes(12)).toString('hex')}`);
  }
}

function closed(): InfrastructureError {
  return new InfrastructureError('message-bus.unavailable', 'the message bus is closed', true);
}
