import type { ConsumeOptions, Delivery, PartitionState } from '@slipway/kernel';
import type { Batch, KafkaMessage } from 'kafkajs';
import type { WaitingMessage } from '../delivery-window';
import { type DeliveryDependencies, PartitionDelivery } from '../partition-delivery';
import type { StartOffset } from './start-offsets';

/** A partition that no broker answered for in this time may hold messages that nobody knows of: two fetches, each of MAX_WAIT. */
const SILENT_AFTER = 500;

export interface PartitionOptions extends Required<Pick<ConsumeOptions, 'handle' | 'concurrency'>> {
  /** Our name of the topic. */
  readonly plainTopic: string;
  /** `acknowledged` moved. */
  readonly onAcknowledged: (partition: KafkaPartition) => void;
  /** What a former owner in this process still does with the partition: nothing is handled before it ends. */
  readonly after: Promise<void>;
}

/** A partition that a consumer holds: takes what is fetched, and says how far it is. */
export class KafkaPartition {
  /** The offset to go on at. */
  next: number;
  /** Everything before this offset was handled. */
  acknowledged: number;
  readonly topic: string;
  readonly partition: number;
  private readonly delivery: PartitionDelivery;
  private end: number;
  private answeredAt: number;
  /** What was not taken came no earlier: the last answer before it that left nothing behind. */
  private unreadFrom: number;
  private lost = false;
  private onRoom: (() => void) | undefined;

  constructor(
    private readonly on: DeliveryDependencies,
    start: StartOffset,
    private readonly options: PartitionOptions,
  ) {
    this.topic = start.topic;
    this.partition = start.partition;
    this.next = this.acknowledged = start.offset;
    this.end = start.end;
    this.answeredAt = this.unreadFrom = on.clock.now();
    this.delivery = new PartitionDelivery(on, {
      handle: options.handle,
      concurrency: options.concurrency,
      acknowledge: (offset) => {
        this.acknowledged = offset + 1;
        if (!this.lost) options.onAcknowledged(this);
        this.noteRoom();
      },
      wantsMore: () => this.noteRoom(),
      unreadSince: () => this.unreadSince(),
    });
    void this.delivery.hold();
    void options.after.then(() => this.delivery.resume());
  }

  /** A broker said where the partition ends now. */
  answered(end: number): void {
    if (this.next >= this.end) this.unreadFrom = this.answeredAt;
    this.answeredAt = this.on.clock.now();
    this.end = end;
    this.delivery.goOnDelivering();
  }

  /** What was fetched from `next` on. */
  take(batch: Batch): void {
    this.next = Number(batch.lastOffset()) + 1;
    this.delivery.add(batch.messages.map((message) => this.waiting(message)));
  }

  /** Resolves at the latest after `ms`: with true as soon as there is room for more. */
  async room(ms: number): Promise<boolean> {
    if (this.delivery.full) {
      const enough = new AbortController();
      this.whenRoomy(() => enough.abort());
      await this.on.clock.sleep(ms, enough.signal);
    }
    return !this.delivery.full;
  }

  /** Calls back once, when there is room. */
  whenRoomy(act: () => void): void {
    this.onRoom = act;
    this.noteRoom();
  }

  state(): PartitionState {
    const { caughtUpSince } = this.delivery;
    return { topic: this.options.plainTopic, partition: this.partition, ...(caughtUpSince === undefined ? {} : { caughtUpSince }) };
  }

  /** How many messages are published and not handled, as far as it knows. */
  get behind(): number {
    return this.delivery.unfinished + Math.max(0, this.end - this.next);
  }

  /** Starts no handler until `resume`; resolves when none runs. */
  hold(): Promise<void> {
    return this.delivery.hold();
  }

  resume(): void {
    this.delivery.resume();
  }

  /** Starts no handler any more; resolves when none runs. */
  release(): Promise<void> {
    return this.delivery.release();
  }

  /** Like `release`, for a partition that belongs to somebody else: what its handlers finish yet counts no more. */
  lose(): Promise<void> {
    this.lost = true;
    return this.release();
  }

  private unreadSince(): number | undefined {
    if (this.next < this.end) return this.unreadFrom;
    return this.on.clock.now() - this.answeredAt > SILENT_AFTER ? this.answeredAt : undefined;
  }

  private noteRoom(): void {
    if (!this.onRoom || !this.delivery.roomy) return;
    const act = this.onRoom;
    this.onRoom = undefined;
    act();
  }

  private waiting(message: KafkaMessage): WaitingMessage {
    const offset = Number(message.offset);
    const delivery: Delivery = {
      topic: this.options.plainTopic,
      partition: this.partition,
      offset: BigInt(offset),
      key: message.key?.toString() ?? '',
      value: message.value?.toString() ?? '',
      headers: textHeaders(message.headers),
      publishedAt: Number(message.timestamp),
    };
    return { delivery, offset, bytes: message.value?.length ?? 0, waitingSince: this.unreadFrom };
  }
}

/** Of a header that a foreign producer gave several times the last one counts; one without a value is empty. */
function textHeaders(headers: KafkaMessage['headers']): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    texts[name] = (Array.isArray(value) ? value.at(-1) : value)?.toString() ?? '';
  }
  return texts;
}
