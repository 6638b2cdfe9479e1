import { setMaxListeners } from 'node:events';
import { type Clock, type ConsumeOptions, type Delivery, type Log, messageOf, type PartitionState } from '@slipway/kernel';
import { DeliveryWindow } from './delivery-window';
import { KeepingUp } from './keeping-up';
import type { LoggedMessage, LogPartition, MessageLog } from './message-log';

const PAGE_MESSAGES = 100;
const PAGE_BYTES = 256 * 1024;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
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

/** Delivers one partition to one consumer for as long as it owns it. Idle, it holds no timer. */
export class PartitionPump {
  private readonly window = new DeliveryWindow();
  private readonly keepingUp: KeepingUp;
  private readonly abort = new AbortController();
  private running = 0;
  private readScheduled = false;
  /** When the first of the messages after the last page came. */
  private unreadSince: number | undefined;
  private drained: (() => void) | undefined;
  private releasing: Promise<void> | undefined;

  constructor(
    private readonly on: PumpDependencies,
    private readonly partition: LogPartition,
    private read: number,
    private readonly options: PumpOptions,
  ) {
    this.keepingUp = new KeepingUp(on.clock);
    setMaxListeners(0, this.abort.signal);
    this.wake();
    this.noteNothingLeft();
  }

  /** To be called when messages came. */
  wake(): void {
    if (this.unread) this.unreadSince ??= this.on.clock.now();
    this.fill();
  }

  state(): PartitionState {
    const oldest = this.window.oldestPublishedAt ?? (this.unread ? this.unreadSince : undefined);
    const caughtUpSince = this.keepingUp.sinceWhen(oldest);
    return { topic: this.partition.topic, partition: this.partition.number, ...(caughtUpSince === undefined ? {} : { caughtUpSince }) };
  }

  /** How many messages are published and not handled. Errors: those of the log. */
  get behind(): number {
    return this.window.unfinished + (this.unread ? this.on.log.count(this.partition.id, this.read) : 0);
  }

  get topic(): string {
    return this.partition.topic;
  }

  get released(): boolean {
    return this.releasing !== undefined;
  }

  /** Takes no more; resolves when no handler runs. What is not acknowledged by then is for the next owner. */
  release(): Promise<void> {
    this.releasing ??= new Promise((resolve) => {
      this.drained = resolve;
      this.abort.abort();
      if (this.running === 0) resolve();
    });
    return this.releasing;
  }

  private get unread(): boolean {
    return this.read < this.on.log.end(this.partition.id);
  }

  private fill(): void {
    while (this.running < this.options.concurrency && !this.released) {
      const message = this.window.take();
      if (!message) {
        this.readSoon();
        return;
      }
      this.running += 1;
      void this.deliver(message);
    }
  }

  /** A page per turn of the event loop: however fast the handlers are, everybody else gets a turn. */
  private readSoon(): void {
    if (this.readScheduled || !this.unread || this.window.full) return;
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
      for (const message of page) this.window.add(message);
      this.read = page.at(-1)?.offset ?? log.end(this.partition.id);
      this.unreadSince = this.unread ? page.at(-1)?.publishedAt : undefined;
      this.noteNothingLeft();
      this.fill();
    } catch (error) {
      report.warn('the message bus cannot be read: trying again', { topic: this.partition.topic, reason: messageOf(error) });
      void clock.sleep(READ_PAUSE, this.abort.signal).then(() => this.fill());
    }
  }

  private async deliver(message: LoggedMessage): Promise<void> {
    const handled = await this.handleOrHandBack(message);
    if (handled) {
      const upTo = this.window.finish(message);
      if (upTo !== undefined) this.options.acknowledge(upTo);
      this.keepingUp.handled(message.publishedAt);
      this.noteNothingLeft();
    }
    this.running -= 1;
    if (this.released && this.running === 0) this.drained?.();
    this.fill();
  }

  /** True when it was handled, false when the partition was released before. */
  private async handleOrHandBack(message: LoggedMessage): Promise<boolean> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        await this.options.handle(this.deliveryOf(message));
        return true;
      } catch (error) {
        const { topic, number: partition } = this.partition;
        this.on.report.warn('a message was handed back', { topic, partition, offset: message.offset, reason: messageOf(error) });
        await this.on.clock.sleep(pause, this.abort.signal);
        if (this.released) return false;
      }
    }
  }

  private deliveryOf({ key, value, headers, offset, publishedAt }: LoggedMessage): Delivery {
    const { topic, number: partition } = this.partition;
    return { topic, partition, offset: BigInt(offset), key, value, headers, publishedAt };
  }

  private noteNothingLeft(): void {
    if (this.window.empty && !this.unread) this.keepingUp.nothingLeft();
  }
}
