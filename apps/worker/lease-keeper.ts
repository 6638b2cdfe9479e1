import { messageOf, type Clock, type Log } from '@slipway/kernel';

export interface LeaseKeeperOptions {
  readonly leaseSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Publishes one heartbeat; rejects when the bus did not take it. */
  readonly beat: () => Promise<void>;
  /** Two thirds of a lease passed without food: the attempt must end, its lease may go to another. */
  readonly onCutOff: () => void;
}

/** Renews the lease of one running attempt every third of it, and feeds its guard each time that the bus took the heartbeat. */
export class LeaseKeeper {
  private readonly ended = new AbortController();
  private feed: (() => void) | undefined;
  private fedAt: number;
  private cancelTimer: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: LeaseKeeperOptions) {
    this.fedAt = options.clock.now();
  }

  get unfedSeconds(): number {
    return (this.options.leaseSeconds * 2) / 3;
  }

  start(): void {
    this.arm();
    this.running = this.loop();
  }

  /** From now on this guard is fed. False when it is too late: the lease went unfed for too long already. */
  attach(feed: () => void): boolean {
    this.feed = feed;
    // Asked of the clock, not of the timer: a process that was suspended finds its timers late.
    if (this.options.clock.now() - this.fedAt < this.unfedSeconds * 1_000) return true;
    this.options.onCutOff();
    return false;
  }

  async stop(): Promise<void> {
    this.cancelTimer();
    this.ended.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { clock, log, beat, leaseSeconds } = this.options;
    const third = (leaseSeconds * 1_000) / 3;
    let pause = third;
    for (;;) {
      await clock.sleep(pause, this.ended.signal);
      if (this.ended.signal.aborted) return;
      const sentAt = clock.now();
      const taken = await this.untilStopped(
        beat().then(
          () => true,
          (error: unknown) => {
            log.debug('a heartbeat was not taken', { reason: messageOf(error) });
            return false;
          },
        ),
      );
      if (this.ended.signal.aborted) return;
      // A heartbeat that took long is no food: the lease runs from when the bus took it, the guard from now.
      if (taken && clock.now() - sentAt <= third) {
        this.fedAt = sentAt;
        this.arm();
        this.feed?.();
      }
      // Never longer than a third, though the clock were set back meanwhile.
      pause = taken ? Math.min(third, Math.max(0, third - (clock.now() - sentAt))) : Math.min(1_000, third / 4);
    }
  }

  /** A heartbeat that hangs must not hold the attempt's end. */
  private untilStopped(sending: Promise<boolean>): Promise<boolean> {
    return new Promise((resolve) => {
      const stop = () => resolve(false);
      this.ended.signal.addEventListener('abort', stop, { once: true });
      void sending.then((taken) => {
        this.ended.signal.removeEventListener('abort', stop);
        resolve(taken);
      });
    });
  }

  private arm(): void {
    this.cancelTimer();
    this.cancelTimer = this.options.clock.after(this.fedAt + this.unfedSeconds * 1_000 - this.options.clock.now(), this.options.onCutOff);
  }
}
