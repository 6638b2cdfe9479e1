import { type Clock, type ConsumeOptions, type Log, messageOf, type PartitionState } from '@slipway/kernel';
import type { WaitingMessage } from '../delivery-window';
import { PartitionDelivery } from '../partition-delivery';
import type { LoggedMessage, LogPartition, MessageLog } from './message-log';

const PAGE_MESSAGES = 100;
const PAGE_BYTES = 256 * 1024;
const READ_PAUSE = 1_000;

export interface PumpDependencies {
  readonly log: MessageLog;
  readonly clock: Clock;
  readonly report: Log;
}

export interface PumpOptions {
  readonly handle: ConsumeOptions['handle'];
  readonly concurrency: number;
  /** Everything up to this offset was handled. */
  readonly acknowledge: (offset: number) => void;
}

/** Reads one partition for one consumer for as long as it owns it. Idle, it holds no timer. */
export class PartitionPump {
  private readonly delivery: PartitionDelivery;
  private readScheduled = false;
  /** When the first of the messages after the last page came. */
  private unreadSince: number | undefined;
  private releasing: Promise<void> | undefined;

  constructor(
    private readonly on: PumpDependencies,
    private readonly partition: LogPartition,
    private read: number,
    options: PumpOptions,
  ) {
    this.delivery = new PartitionDelivery(on, {
      ...options,
      wantsMore: () => this.readSoon(),
      unreadSince: () => (this.unread ? (this.unreadSince ?? on.clock.now()) : undefined),
    });
    this.wake();
  }

  /** To be called when messages came. */
  wake(): void {
    if (this.unread) this.unreadSince ??= this.on.clock.now();
    this.delivery.goOnDelivering();
  }

  state(): PartitionState {
    const { caughtUpSince } = this.delivery;
    return { topic: this.partition.topic, partition: this.partition.number, ...(caughtUpSince === undefined ? {} : { caughtUpSince }) };
  }

  /** How many messages are published and not handled. Errors: those of the log. */
  get behind(): number {
    return this.delivery.unfinished + (this.unread ? this.on.log.count(this.partition.id, this.read) : 0);
  }

  get topic(): string {
    return this.partition.topic;
  }

  get released(): boolean {
    return this.releasing !== undefined;
  }

  /** Takes no more; resolves when no handler runs. What is not acknowledged by then is for the next owner. */
  release(): Promise<void> {
    this.releasing ??= this.delivery.release();
    return this.releasing;
  }

  private get unread(): boolean {
    return this.read < this.on.log.end(this.partition.id);
  }

  /** A page per turn of the event loop: however fast the handlers are, everybody else gets a turn. */
  private readSoon(): void {
    if (this.readScheduled || !this.unread || this.delivery.full) return;
    this.readScheduled = true;
    setImmediate(() => {
      this.readScheduled = false;
      if (!this.released) this.readPage();
    });
  }

  private readPage(): void {
    const { log, clock, report } = this.on;
    try {
      const page = log.read(this.partition.id, this.read, PAGE_MESSAGES, PAGE_BYTES);
      this.read = page.at(-1)?.offset ?? log.end(this.partition.id);
      this.unreadSince = this.unread ? page.at(-1)?.publishedAt : undefined;
      this.delivery.add(page.map((message) => this.waiting(message)));
    } catch (error) {
      report.warn('the message bus cannot be read: trying again', { topic: this.partition.topic, reason: messageOf(error) });
      void clock.sleep(READ_PAUSE, this.delivery.signal).then(() => this.delivery.goOnDelivering());
    }
  }

  private waiting({ key, value, headers, offset, bytes, publishedAt }: LoggedMessage): WaitingMessage {
    const { topic, number: partition } = this.partition;
    const delivery = { topic, partition, offset: BigInt(offset), key, value, headers, publishedAt };
    return { delivery, offset, bytes, waitingSince: publishedAt };
  }
}
