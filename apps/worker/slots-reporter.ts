import { messageOf, TOPICS, type Clock, type Log, type MessageBus, type SlotsReport } from '@slipway/kernel';

const EVERY_MS = 4_000;

export interface SlotsReporterOptions {
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly worker: string;
  readonly pools: readonly string[];
  readonly free: () => number;
}

/** Tells the free slots every few seconds and whenever they change. A report that the bus does not take is dropped: the next one says more. */
export class SlotsReporter {
  private wake = new AbortController();
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: SlotsReporterOptions) {}

  start(): void {
    this.running = this.loop();
  }

  changed(): void {
    this.wake.abort();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.wake.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { bus, clock, log, worker, pools, free } = this.options;
    while (!this.stopping) {
      // Before the count is taken: a change while the report is under way is told at once after it.
      this.wake = new AbortController();
      const report: SlotsReport = { worker, pools, free: free(), at: clock.timestamp() };
      try {
        await bus.publish([{ topic: TOPICS.slots, key: worker, value: JSON.stringify(report) }]);
      } catch (error) {
        log.debug('free slots could not be told', { reason: messageOf(error) });
      }
      if (!this.stopping) await clock.sleep(EVERY_MS, this.wake.signal);
    }
  }
}
