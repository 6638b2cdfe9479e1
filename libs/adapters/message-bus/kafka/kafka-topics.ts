import { InfrastructureError, messageOf, type TopicSpec } from '@slipway/kernel';
import type { Admin } from 'kafkajs';
import type { KafkaAdmin } from './kafka-admin';
import { tellOtherRetentions } from './topic-retention';

/** How often the brokers are asked after the topics in use: so readiness tells the truth in a process that seldom sends anything. */
const LOOK_EVERY = 3_000;
const LOOK_AGAIN_AFTER = 1_000;
/** A topic that was just created may take this long until its partitions serve (KAFKA-15780). */
const SERVES_WITHIN = 10_000;
const ASK_AGAIN_AFTER = 20;

/** The topics in use: that they are there, and how many partitions they have. */
export class KafkaTopics {
  /** Partitions of the topics that are there, by our name. */
  private readonly counts = new Map<string, number>();
  /** Topics that were ensured, and so are there for good. One of somebody else's, that a reply goes to say, may go as it came. */
  private readonly ensured = new Set<string>();
  private readonly ending = new AbortController();
  private looking: Promise<void> | undefined;
  private reason: string | undefined;
  private lastSeen = -Infinity;
  private gone = 0;

  constructor(private readonly admin: KafkaAdmin) {}

  /** When the brokers last answered for the topics in use, clock's milliseconds. */
  get seenAt(): number {
    return this.lastSeen;
  }

  /** How many topics vanished so far, one that came and went several times counted each time. */
  get vanishings(): number {
    return this.gone;
  }

  /** Creates missing topics, warns of those that are there and differ, and resolves when all serve. Errors: those of kafkaFailure; RangeError without partitions. */
  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    for (const { name, partitions } of specs)
      if (!Number.isInteger(partitions) || partitions < 1)
        throw new RangeError(`the topic ${name} needs at least one partition, not ${partitions}`);
    const names = specs.map(({ name }) => name);
    await this.look(names);
    const missing = specs.filter(({ name }) => !this.counts.has(name));
    if (missing.length > 0) {
      await this.create(missing);
      await this.look(names);
    }
    const found = specs.filter((spec) => !missing.includes(spec) && !this.ensured.has(spec.name) && spec.retentionMs !== undefined);
    if (found.length > 0) await tellOtherRetentions(this.admin, found);
    for (const { name, partitions } of specs) {
      const there = this.partitions(name);
      this.ensured.add(name);
      if (there < partitions)
        this.admin.client.on.log.warn('a topic has fewer partitions than the settings ask for, and keeps them: keys would move', { topic: name, partitions: there, asked: partitions }); // prettier-ignore
    }
  }

  /**
   * Resolves when all of these are there. Errors: `message-bus.unknown-topic`; `message-bus.unavailable` for one that was ensured and vanished: somebody will
   * make it again, and what belongs into it must not be given up until then.
   */
  async require(names: readonly string[]): Promise<void> {
    if (!names.every((name) => this.counts.has(name))) await this.look(names);
    names.forEach((name) => this.partitions(name));
  }

  /** How many partitions a topic has. Errors: as `require`. */
  partitions(name: string): number {
    const count = this.counts.get(name);
    if (count !== undefined) return count;
    if (this.ensured.has(name)) throw new InfrastructureError('message-bus.unavailable', this.vanished(name), true);
    throw new InfrastructureError('message-bus.unknown-topic', `nobody created the topic ${name}`, false);
  }

  /** Asks the brokers after the topics in use and these. Errors: those of kafkaFailure. */
  async look(names: readonly string[] = []): Promise<void> {
    this.looking ??= this.keepLooking();
    const asked = [...new Set([...this.ensured, ...this.counts.keys(), ...names])];
    try {
      const there = await this.admin.ask('say which topics it has', (admin) => this.describe(admin, asked));
      for (const name of asked) {
        const count = there.get(name);
        if (count !== undefined) this.counts.set(name, count);
        else if (this.counts.delete(name)) this.gone += 1;
      }
      this.reason = undefined;
      this.lastSeen = this.admin.client.on.clock.now();
    } catch (error) {
      this.reason = messageOf(error);
      throw error;
    }
  }

  trouble(): string | undefined {
    if (this.reason !== undefined) return this.reason;
    const missing = [...this.ensured].find((name) => !this.counts.has(name));
    return missing === undefined ? undefined : this.vanished(missing);
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.looking;
  }

  private vanished(name: string): string {
    return `the topic ${this.admin.client.named(name)} vanished from Kafka at ${this.admin.client.place}: create it again`;
  }

  private async keepLooking(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      await this.admin.client.on.clock.sleep(this.trouble() === undefined ? LOOK_EVERY : LOOK_AGAIN_AFTER, signal);
      // What went wrong is kept as trouble.
      if (!signal.aborted) await this.look().catch(() => undefined);
    }
  }

  private async create(missing: readonly TopicSpec[]): Promise<void> {
    const { client } = this.admin;
    const topics = missing.map(({ name, partitions, retentionMs }) => ({
      topic: client.named(name),
      numPartitions: partitions,
      replicationFactor: client.replication ?? -1,
      configEntries: retentionMs === undefined ? [] : [{ name: 'retention.ms', value: String(retentionMs) }],
    }));
    await this.admin.ask(`create the topics ${topics.map(({ topic }) => topic).join(', ')}`, (admin) => admin.createTopics({ topics }));
    for (const { topic } of topics) await this.serves(topic);
  }

  private async serves(topic: string): Promise<void> {
    const { clock } = this.admin.client.on;
    for (const deadline = clock.now() + SERVES_WITHIN; ; await clock.sleep(ASK_AGAIN_AFTER)) {
      try {
        await this.admin.ask(`serve the topic ${topic} yet`, (admin) => admin.fetchTopicOffsets(topic));
        return;
      } catch (error) {
        if (clock.now() > deadline) throw error;
      }
    }
  }

  private async describe(admin: Admin, names: readonly string[]): Promise<Map<string, number>> {
    const { client } = this.admin;
    const wanted = new Set(names.map((name) => client.named(name)));
    // Asked by name, kafkajs fails when one of them is missing.
    const present = (await admin.listTopics()).filter((topic) => wanted.has(topic));
    if (present.length === 0) return new Map();
    const { topics } = await admin.fetchTopicMetadata({ topics: present });
    return new Map(topics.map(({ name, partitions }) => [client.plain(name), partitions.length]));
  }
}
