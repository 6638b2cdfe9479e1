import { type Clock, type Log, messageOf } from '@slipway/kernel';
import type { Offsets, PartitionOffset, TopicPartition } from 'kafkajs';

/** How long an acknowledgement may wait for company before it is committed: a crash within it means some repeats. */
const COMMITTED_WITHIN = 50;
const RETRY_AFTER = 1_000;

/** How far a partition was handled. */
export interface Acknowledged extends TopicPartition {
  /** The offset to go on at. */
  readonly acknowledged: number;
}

/** What a member acknowledged and has yet to commit. */
export class OffsetCommits {
  private readonly noted = new Set<Acknowledged>();
  private cancelTimer: (() => void) | undefined;
  private sending: Promise<void> = Promise.resolve();

  /** `send` commits as the member of the group's generation that holds the partitions: Kafka refuses the word of a former one. */
  constructor(
    private readonly on: { readonly clock: Clock; readonly log: Log },
    private readonly send: (offsets: Offsets) => Promise<void>,
  ) {}

  note(partition: Acknowledged): void {
    this.noted.add(partition);
    this.later(COMMITTED_WITHIN);
  }

  /** The partition belongs to somebody else. */
  forget(partition: Acknowledged): void {
    this.noted.delete(partition);
  }

  /** Commits what was noted. Never rejects: a lost commit means a repeat, which every consumer bears; it is tried again. */
  flush(): Promise<void> {
    this.stopTimer();
    this.sending = this.sending.then(() => this.sendNoted());
    return this.sending;
  }

  stopTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  private later(ms: number): void {
    this.cancelTimer ??= this.on.clock.after(ms, () => void this.flush());
  }

  private async sendNoted(): Promise<void> {
    const sent = [...this.noted].map((partition) => ({ partition, offset: partition.acknowledged }));
    if (sent.length === 0) return;
    const topics = new Map<string, PartitionOffset[]>();
    for (const { partition, offset } of sent)
      topics.set(partition.topic, [...(topics.get(partition.topic) ?? []), { partition: partition.partition, offset: String(offset) }]);
    try {
      await this.send({ topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })) });
      for (const { partition, offset } of sent) if (partition.acknowledged === offset) this.noted.delete(partition);
    } catch (error) {
      this.on.log.debug('acknowledgements could not be committed yet', { reason: messageOf(error) });
      this.later(RETRY_AFTER);
    }
  }
}
