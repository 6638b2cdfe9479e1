import { type Clock, type Log, messageOf } from '@slipway/kernel';
import type { Offsets, TopicPartitionOffset } from 'kafkajs';

/** How long an acknowledgement may wait for company before it is committed: a crash within it means some repeats. */
const COMMITTED_WITHIN = 50;
const RETRY_AFTER = 1_000;

type Send = (offsets: Offsets) => Promise<void>;

/** What a member acknowledged and has yet to commit. */
export class OffsetCommits {
  /** By topic and partition: the offset to go on at. */
  private readonly offsets = new Map<string, TopicPartitionOffset>();
  private cancelTimer: (() => void) | undefined;
  private sending: Promise<void> = Promise.resolve();

  /** `send` commits as the member of the group's generation that holds the partitions: Kafka refuses the word of a former one. */
  constructor(
    private readonly on: { readonly clock: Clock; readonly log: Log },
    private readonly send: Send,
  ) {}

  note(offset: TopicPartitionOffset): void {
    this.offsets.set(`${offset.topic}/${offset.partition}`, offset);
    this.later(COMMITTED_WITHIN);
  }

  /** The partition belongs to somebody else. */
  forget(topic: string, partition: number): void {
    this.offsets.delete(`${topic}/${partition}`);
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
    const noted = [...this.offsets];
    if (noted.length === 0) return;
    const topics = [...new Set(noted.map(([, { topic }]) => topic))];
    const of = (topic: string) => noted.map(([, offset]) => offset).filter((offset) => offset.topic === topic);
    try {
      await this.send({ topics: topics.map((topic) => ({ topic, partitions: of(topic) })) });
      for (const [key, offset] of noted) if (this.offsets.get(key) === offset) this.offsets.delete(key);
    } catch (error) {
      this.on.log.debug('acknowledgements could not be committed yet', { reason: messageOf(error) });
      this.later(RETRY_AFTER);
    }
  }
}
