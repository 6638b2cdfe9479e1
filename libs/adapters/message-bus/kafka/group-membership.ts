import type { ConsumeOptions, PartitionState } from '@slipway/kernel';
import { type EachBatchPayload, KafkaJSNonRetriableError, type TopicPartition } from 'kafkajs';
import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';
import type { KafkaAdmin } from './kafka-admin';
import { KafkaPartition } from './kafka-partition';
import type { Membership } from './mended-kafkajs';
import { OffsetCommits } from './offset-commits';
import { type StartOffset, startOffsets } from './start-offsets';

/** Before its partitions are shared out again, a member waits this long for its handlers; one that takes longer may run while somebody else is brought its message. */
const FINISH_WITHIN = 3_000;
/** A full partition may hold up the others this long before it is left out of fetches: quick handlers need no more. */
const PATIENCE = 50;

const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;
const asList = ({ topic, partition }: TopicPartition) => [{ topic, partitions: [partition] }];

/** The partitions that one consumer holds as a member of its group, from joining to leaving, and again. */
export class GroupMembership implements Membership {
  /** When a broker last answered, clock's milliseconds. */
  answeredAt: number;
  /** Called whenever partitions were handed out to it. */
  onJoined: () => void = () => undefined;
  private readonly held = new Map<string, KafkaPartition>();
  /** What former holdings of a partition in this process still do. */
  private readonly ending = new Map<string, Promise<void>>();
  /** Where a consumer without a group stands: the only one who knows. */
  private readonly reached = new Map<string, number>();
  private readonly commits: OffsetCommits;
  private group: ConsumerGroup | undefined;
  /** Which member of which generation it was when partitions were last handed out to it. */
  private was: { readonly memberId: string | null; readonly generationId: number } | undefined;
  /** What it holds back while it waits for its share. */
  private heldBack: readonly KafkaPartition[] | undefined;
  private stopped = false;

  constructor(
    private readonly admin: KafkaAdmin,
    private readonly options: ConsumeOptions,
  ) {
    const { clock, log } = admin.client.on;
    this.answeredAt = clock.now();
    this.commits = new OffsetCommits({ clock, log }, async (offsets) => this.group?.commitOffsets(offsets));
  }

  /** False while it waits for its share. */
  get sharing(): boolean {
    return this.group !== undefined && this.heldBack === undefined;
  }

  get partitions(): readonly KafkaPartition[] {
    return [...this.held.values()];
  }

  states(): PartitionState[] {
    return this.partitions.map((partition) => partition.state());
  }

  /** By Kafka's name of the topic. */
  holdings(): Record<string, number[]> {
    const holdings: Record<string, number[]> = {};
    for (const { topic, partition } of this.held.values()) (holdings[topic] ??= []).push(partition);
    return holdings;
  }

  async leaving(): Promise<void> {
    if (this.group === undefined || this.heldBack) return;
    this.heldBack = this.partitions;
    const finished = Promise.all(this.heldBack.map((partition) => partition.hold())).then(() => this.commits.flush());
    await Promise.race([finished, this.admin.client.on.clock.sleep(FINISH_WITHIN)]);
  }

  async joined(group: ConsumerGroup): Promise<void> {
    // One generation after the other as the same member: nobody else can have held in between what it still holds.
    const generationId = group.generationId ?? -1;
    const unbroken = this.was?.memberId === group.memberId && generationId - this.was.generationId <= 1;
    this.was = { memberId: group.memberId, generationId };
    this.group = group;
    const assigned = group.assigned().flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
    const names = new Set(assigned.map(nameOf));
    for (const partition of this.partitions) if (!unbroken || !names.has(nameOf(partition))) this.drop(partition);
    if (this.stopped) return;
    group.resume(group.assigned());
    for (const partition of this.partitions)
      group.seek({ topic: partition.topic, partition: partition.partition, offset: String(partition.next) });
    await this.begin(assigned.filter((partition) => !this.held.has(nameOf(partition))));
    this.answeredAt = this.admin.client.on.clock.now();
    // Not all that it kept: one that began meanwhile is not held back.
    for (const partition of this.heldBack ?? []) partition.resume();
    this.heldBack = undefined;
    this.onJoined();
  }

  fetched(batches: readonly ConsumerGroup.FetchedBatch[]): void {
    if (batches.length > 0) this.answeredAt = this.admin.client.on.clock.now();
    for (const batch of batches) {
      const partition = this.held.get(nameOf(batch));
      if (!partition || Number(batch.fetchedOffset) !== partition.next) continue;
      if (batch.isEmptyDueToFiltering()) partition.next = Number(batch.lastOffset()) + 1;
      partition.answered(Number(batch.highWatermark));
    }
  }

  /** What kafkajs hands over: taken into memory, so that fetching and heartbeats go on however long handlers take. */
  async take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const partition = this.held.get(nameOf(batch));
    if (!partition || !payload.isRunning() || payload.isStale()) return;
    if (Number((batch as ConsumerGroup.FetchedBatch).fetchedOffset) !== partition.next) {
      // The log begins later by now, or anew: its owner begins again where the group stands.
      this.drop(partition);
      return this.begin([batch]);
    }
    partition.take(batch);
    payload.resolveOffset(batch.lastOffset());
    if ((await partition.room(PATIENCE)) || this.held.get(nameOf(batch)) !== partition) return;
    this.group?.pause(asList(batch));
    partition.whenRoomy(() => this.group?.resume(asList(batch)));
  }

  /** The connection is over, and with it the membership: what it held may be somebody else's. */
  lose(): void {
    this.partitions.forEach((partition) => this.drop(partition));
    this.commits.stopTimer();
    this.group = undefined;
    this.was = undefined;
    this.heldBack = undefined;
  }

  /** Takes nothing more, waits for handlers that run, and commits what they finished. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.group?.pause(this.group.assigned());
    await Promise.all(this.partitions.map((partition) => partition.release()));
    await this.commits.flush();
    this.held.clear();
  }

  private drop(partition: KafkaPartition): void {
    const name = nameOf(partition);
    this.held.delete(name);
    this.commits.forget(partition);
    const ending = Promise.all([this.ending.get(name), partition.lose()]).then(() => {
      if (this.ending.get(name) === ending) this.ending.delete(name);
    });
    this.ending.set(name, ending);
  }

  private async begin(partitions: readonly TopicPartition[]): Promise<void> {
    const { client } = this.admin;
    const { group, from = 'earliest' } = this.options;
    // Without a group: behind what was there when it started; a partition that was added since is new as a whole.
    const otherwise = group === undefined ? (this.reached.size === 0 ? 'latest' : 'earliest') : from;
    const reached = (partition: TopicPartition) => this.reached.get(nameOf(partition));
    let starts: readonly StartOffset[];
    try {
      starts = await startOffsets(this.admin, partitions, {
        otherwise,
        reached,
        ...(group === undefined ? {} : { group: client.named(group) }),
      });
    } catch (error) {
      // Anything else would have kafkajs fetch without knowing where from.
      throw new KafkaJSNonRetriableError(error as Error);
    }
    for (const start of starts) this.hold(start, otherwise === 'latest');
    if (otherwise === 'latest') await this.commits.flush();
  }

  private hold(start: StartOffset, keepStart: boolean): void {
    const { clock, log } = this.admin.client.on;
    const { handle, concurrency = 1 } = this.options;
    const name = nameOf(start);
    const partition = new KafkaPartition({ clock, report: log }, start, {
      handle,
      concurrency,
      onAcknowledged: (acknowledged) => this.acknowledge(acknowledged),
      after: this.ending.get(name) ?? Promise.resolve(),
      plainTopic: this.admin.client.plain(start.topic),
    });
    this.held.set(name, partition);
    // Committed from the start: else a restart would put `latest` behind what came meanwhile.
    if (keepStart) this.acknowledge(partition);
    this.group?.seek({ topic: start.topic, partition: start.partition, offset: String(start.offset) });
  }

  private acknowledge(partition: KafkaPartition): void {
    if (this.options.group === undefined) this.reached.set(nameOf(partition), partition.acknowledged);
    else this.commits.note(partition);
  }
}
