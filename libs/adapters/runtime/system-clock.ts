import { Clock } from '@slipway/kernel';

/** The machine's clock. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  after(ms: number, fn: () => void): () => void {
    // Longer timers than setTimeout can hold fire at once; nobody waits 24 days in one go, a tick asks again.
    const timer = setTimeout(fn, Math.min(Math.max(0, ms), 2_147_483_647));
    timer.unref();
    return () => clearTimeout(timer);
  }
}
