import { InfrastructureError } from '@slipway/kernel';

/** How many attempts a worker holds at once, claims included. */
export class Slots {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly capacity: number,
    private readonly changed: () => void,
  ) {}

  get free(): number {
    return this.capacity - this.taken;
  }

  /** Resolves when a slot is the caller's, first come first served. Error: `worker.stopping` (retryable) once the signal aborted. */
  async acquire(signal: AbortSignal): Promise<void> {
    if (this.taken >= this.capacity && !signal.aborted) await this.turn(signal);
    else this.taken += 1;
    if (signal.aborted) {
      this.release();
      throw new InfrastructureError('worker.stopping', 'the worker is stopping: it takes nothing more', true);
    }
    this.changed();
  }

  release(): void {
    const next = this.waiting.shift();
    // A slot that is handed on is never free in between.
    if (next) return next();
    this.taken -= 1;
    this.changed();
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        const index = this.waiting.indexOf(done);
        if (index >= 0) this.waiting.splice(index, 1);
        // The caller releases what it was never given.
        this.taken += 1;
        resolve();
      };
      this.waiting.push(done);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }
}
