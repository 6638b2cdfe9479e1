import { setMaxListeners } from 'node:events';
import { type Clock, type ConsumeOptions, type Log, messageOf } from '@slipway/kernel';
import { DeliveryWindow, type WaitingMessage } from './delivery-window';
import { KeepingUp } from './keeping-up';

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;

export interface DeliveryDependencies {
  readonly clock: Clock;
  readonly report: Log;
}

export interface DeliveryOptions extends Required<Pick<ConsumeOptions, 'handle' | 'concurrency'>> {
  /** Everything up to this offset was handled. */
  readonly acknowledge: (offset: number) => void;
  /** A handler would be free, and nothing is there for it. */
  readonly wantsMore: () => void;
  /** Since when there may be messages that were not read; undefined where there are none. */
  readonly unreadSince: () => number | undefined;
}

/** Brings the messages of one partition to one consumer's handlers, in order per key, again and again until they are handled. Idle, it holds no timer. */
export class PartitionDelivery {
  private readonly window = new DeliveryWindow();
  private readonly keepingUp: KeepingUp;
  private readonly abort = new AbortController();
  /** Messages that have a handler's place. */
  private out = 0;
  /** Handlers that run; a message that waits for its next try has a place, and no running handler. */
  private running = 0;
  private holds = 0;
  private onIdle: (() => void)[] = [];
  private onGoOn: (() => void)[] = [];

  constructor(
    private readonly on: DeliveryDependencies,
    private readonly options: DeliveryOptions,
  ) {
    this.keepingUp = new KeepingUp(on.clock);
    setMaxListeners(0, this.abort.signal);
  }

  get full(): boolean {
    return this.window.full;
  }

  get roomy(): boolean {
    return this.window.roomy;
  }

  /** Messages that are added and not handled. */
  get unfinished(): number {
    return this.window.unfinished;
  }

  /** As `PartitionState.caughtUpSince` says. */
  get caughtUpSince(): number | undefined {
    return this.keepingUp.sinceWhen(this.window.oldestWaitsSince ?? this.options.unreadSince());
  }

  get released(): boolean {
    return this.abort.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** What comes next, in offset order. */
  add(messages: readonly WaitingMessage[]): void {
    for (const message of messages) this.window.add(message);
    this.goOnDelivering();
  }

  /** To be called when something changed. */
  goOnDelivering(): void {
    if (this.window.empty && this.options.unreadSince() === undefined) this.keepingUp.nothingLeft();
    while (this.out < this.options.concurrency && this.holds === 0 && !this.released) {
      const message = this.window.take();
      if (!message) return this.options.wantsMore();
      this.out += 1;
      void this.deliver(message);
    }
  }

  /** Starts no handler until `resume`. Resolves when none runs. */
  hold(): Promise<void> {
    this.holds += 1;
    return this.idle();
  }

  /** Ends one `hold`. */
  resume(): void {
    this.holds -= 1;
    if (this.holds > 0) return;
    this.onGoOn.splice(0).forEach((goOn) => goOn());
    this.goOnDelivering();
  }

  /** Starts no handler any more; resolves when none runs. What is not acknowledged by then is for the next owner. */
  release(): Promise<void> {
    this.abort.abort();
    this.onGoOn.splice(0).forEach((goOn) => goOn());
    return this.idle();
  }

  private async idle(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.onIdle.push(resolve));
  }

  /** Until it is handled, or the partition was released before. */
  private async deliver(message: WaitingMessage): Promise<void> {
    const { delivery } = message;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      this.running += 1;
      try {
        await this.options.handle(delivery);
        break;
      } catch (error) {
        const { topic, partition, offset } = delivery;
        this.on.report.warn('a message was handed back', { topic, partition, offset: String(offset), reason: messageOf(error) });
        this.handlerEnded();
      }
      await this.on.clock.sleep(pause, this.abort.signal);
      if (this.holds > 0 && !this.released) await new Promise<void>((goOn) => this.onGoOn.push(goOn));
      if (this.released) return;
    }
    this.out -= 1;
    const upTo = this.window.finish(message);
    if (upTo !== undefined) this.options.acknowledge(upTo);
    this.keepingUp.handled(message.waitingSince);
    this.handlerEnded();
    this.goOnDelivering();
  }

  /** To be called behind acknowledging: who waits for the handlers may count on it. */
  private handlerEnded(): void {
    this.running -= 1;
    if (this.running === 0) this.onIdle.splice(0).forEach((resolve) => resolve());
  }
}
