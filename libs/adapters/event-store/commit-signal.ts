/** Tells those who wait at the end of a log that it grew (or closed). */
export class CommitSignal {
  private readonly waiting = new Set<() => void>();

  /** Resolves at the next announcement or when the signal aborts. Never rejects. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  announce(): void {
    for (const done of [...this.waiting]) done();
  }
}
