import { Clock } from '../ports/clock';

/** A clock that stands still until a test moves it. Timers fire in order of their time, each at its own moment. */
export class ManualClock extends Clock {
  private timers: { at: number; fn: () => void }[] = [];

  constructor(private time = Date.parse('2026-01-05T08:00:00.000Z')) {
    super();
  }

  now(): number {
    return this.time;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), fn };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Sets the clock forward or back, as an operator or a host that slept does. Timers count time that passes: each keeps what is left of it. */
  jump(ms: number): void {
    this.time += ms;
    for (const timer of this.timers) timer.at += ms;
  }

  /** Moves time forward, firing what falls due and letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await settle();
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = Math.max(this.time, next.at);
      next.fn();
    }
    this.time = end;
    await settle();
  }
}

/** Lets everything that is ready to run do so: several turns of the event loop. */
export async function settle(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
