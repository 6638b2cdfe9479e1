/**
 * One connection, many readers: writers wait for the moment when nobody reads, so a reader sees one moment of the rows although it awaits.
 * Readers never wait (writing takes no turn of the event loop), so a reader may start another read.
 */
export class MomentGate {
  private readers = 0;
  private waiting: (() => void)[] = [];

  async reading<T>(work: () => Promise<T>): Promise<T> {
    this.readers += 1;
    try {
      return await work();
    } finally {
      this.readers -= 1;
      if (this.readers === 0) this.wake();
    }
  }

  async writing<T>(work: () => T): Promise<T> {
    while (this.readers > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return work();
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
