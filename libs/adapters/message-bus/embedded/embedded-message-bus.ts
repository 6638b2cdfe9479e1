import {
  type Clock,
  type ConsumeOptions,
  type Consumer,
  InfrastructureError,
  type Log,
  MAX_MESSAGE_BYTES,
  type Message,
  MessageBus,
  silentLog,
  type TopicSpec,
} from '@slipway/kernel';
import { partitionOfKey } from '../partition-of';
import { RefusedConsumer } from '../refused-consumer';
import { ConsumerGroup } from './consumer-group';
import { EmbeddedConsumer } from './embedded-consumer';
import { GroupOffsets } from './group-offsets';
import type { LogPartition, MessageLog, NewMessage } from './message-log';
import { PartitionPump } from './partition-pump';
import { Retention, type RetentionSettings } from './retention';

export interface EmbeddedMessageBusOptions {
  readonly clock: Clock;
  readonly report?: Log;
  readonly retention?: RetentionSettings;
}

interface PendingPublish {
  readonly messages: readonly NewMessage[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The rules of a bus inside one process, over any log. Consumers are woken by publishing, nothing polls. */
export class EmbeddedMessageBus extends MessageBus {
  private readonly topics = new Map<string, LogPartition[]>();
  private readonly groups = new Map<string, ConsumerGroup>();
  private readonly consumers = new Set<EmbeddedConsumer>();
  private readonly offsets: GroupOffsets;
  private readonly retention: Retention;
  private readonly on: { readonly log: MessageLog; readonly clock: Clock; readonly report: Log };
  private publishing: PendingPublish[] = [];
  private closing: Promise<void> | undefined;
  private closed = false;

  constructor(log: MessageLog, { clock, report = silentLog, retention = {} }: EmbeddedMessageBusOptions) {
    super();
    this.on = { log, clock, report };
    this.offsets = new GroupOffsets(log, clock, report);
    this.retention = new Retention(this.on, this.offsets, retention);
    for (const partition of log.partitions()) this.topics.set(partition.topic, [...(this.topics.get(partition.topic) ?? []), partition]);
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.refuseClosed();
    for (const { name, partitions } of topics) {
      if (!Number.isInteger(partitions) || partitions < 1)
        throw new RangeError(`the topic ${name} needs at least one partition, not ${partitions}`);
      // An existing topic keeps its partitions: another number would move keys and break their order.
      if (!this.topics.has(name)) this.topics.set(name, [...this.on.log.addTopic(name, partitions)]);
    }
  }

  async publish(messages: readonly Message[]): Promise<void> {
    this.refuseClosed();
    const records = messages.map((message) => this.recordOf(message));
    if (records.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      this.publishing.push({ messages: records, resolve, reject });
      if (this.publishing.length === 1) setImmediate(() => this.writePublished());
    });
  }

  consume(options: ConsumeOptions): Consumer {
    try {
      if (this.closing) throw closed();
      options.topics.forEach((topic) => this.partitionsOf(topic));
    } catch (error) {
      return new RefusedConsumer(error as Error);
    }
    const consumer = new EmbeddedConsumer(options, (stopped) => this.stopConsumer(stopped));
    this.consumers.add(consumer);
    if (options.group === undefined) this.followFromEnd(consumer);
    else this.groupOf(options.group).join(consumer);
    this.offsets.save();
    return consumer;
  }

  partitionOf(topic: string, key: string): number {
    return partitionOfKey(key, this.partitionsOf(topic).length);
  }

  /** It is in this process. */
  trouble(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.stop()));
    this.closed = true;
    this.writePublished();
    this.offsets.save();
    this.offsets.stopTimer();
    this.on.log.close();
  }

  private async stopConsumer(consumer: EmbeddedConsumer): Promise<void> {
    const { group } = consumer.options;
    if (group === undefined) await Promise.all([...consumer.pumps.values()].map((pump) => pump.release()));
    else await this.groupOf(group).leave(consumer);
    this.consumers.delete(consumer);
    this.offsets.save();
  }

  private followFromEnd(consumer: EmbeddedConsumer): void {
    for (const partition of new Set(consumer.options.topics.flatMap((topic) => this.partitionsOf(topic)))) {
      consumer.pumps.set(partition.id, this.pump(consumer, partition, this.on.log.end(partition.id)));
    }
    consumer.ready();
  }

  private groupOf(name: string): ConsumerGroup {
    const group =
      this.groups.get(name) ??
      new ConsumerGroup(
        (topic) => this.partitionsOf(topic),
        (member, partition) => this.resume(member, partition),
      );
    this.groups.set(name, group);
    return group;
  }

  private resume(member: EmbeddedConsumer, partition: LogPartition): PartitionPump {
    const { group = '', from = 'earliest' } = member.options;
    const known = this.offsets.get(group, partition.id);
    const start = known ?? (from === 'latest' ? this.on.log.end(partition.id) : 0);
    // Kept from the start: else a restart would put `latest` behind what came meanwhile, and `earliest` would not protect from trimming.
    if (known === undefined) this.offsets.set(group, partition.id, start);
    return this.pump(member, partition, start);
  }

  private pump(member: EmbeddedConsumer, partition: LogPartition, start: number): PartitionPump {
    const { group, handle, concurrency = 1 } = member.options;
    const acknowledge = (offset: number) => group !== undefined && this.offsets.set(group, partition.id, offset);
    return new PartitionPump(this.on, partition, start, { handle, concurrency, acknowledge });
  }

  /** Everything published in one turn shares one write, and so one fsync. */
  private writePublished(): void {
    const publishing = this.publishing;
    if (publishing.length === 0) return;
    this.publishing = [];
    const messages = publishing.flatMap((publish) => publish.messages);
    const offsets = this.offsets.pending();
    try {
      this.on.log.write(messages, this.on.clock.now(), offsets);
    } catch (error) {
      publishing.forEach(({ reject }) => reject(error));
      return;
    }
    this.offsets.saved(offsets);
    publishing.forEach(({ resolve }) => resolve());
    for (const partition of new Set(messages.map((message) => message.partition))) {
      for (const consumer of this.consumers) consumer.pumps.get(partition)?.wake();
    }
    this.retention.trimIfDue();
  }

  private recordOf({ topic, key, value, headers = {} }: Message): NewMessage {
    const partition = this.partitionsOf(topic)[this.partitionOf(topic, key)];
    const bytes = Buffer.byteLength(value);
    if (!partition) throw new RangeError(`the topic ${topic} has no partition for the key ${key}`);
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new InfrastructureError(
        'message-bus.too-large',
        `a message for ${topic} has ${bytes} bytes, at most ${MAX_MESSAGE_BYTES} go`,
        false,
      );
    }
    return { partition: partition.id, key, value, bytes, headers };
  }

  private partitionsOf(topic: string): readonly LogPartition[] {
    const partitions = this.topics.get(topic);
    if (!partitions) throw new InfrastructureError('message-bus.unknown-topic', `nobody created the topic ${topic}`, false);
    return partitions;
  }

  private refuseClosed(): void {
    if (this.closed) throw closed();
  }
}

function closed(): InfrastructureError {
  return new InfrastructureError('message-bus.unavailable', 'the message bus is closed', true);
}
