/** Tells those who wait at the end of a log that it grew (or closed). */
export class CommitSignal {
  private readonly waiting = new Set<() => void>();
  private announcements = 0;

  /** How many announcements there were. Whoever looks at the log takes it before, and so misses none that came while looking. */
  get count(): number {
    return this.announcements;
  }

  /** Resolves at the next announcement (at once when there was one after the first `seen`), or when the signal aborts. Never rejects. */
  next(signal: AbortSignal, seen = this.announcements): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || this.announcements > seen) return resolve();
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
    this.announcements += 1;
    for (const done of [...this.waiting]) done();
  }
}
