/** Time as the system sees it. Everything that waits, expires or is stamped asks here, so that the whole system can run on virtual time. */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;

  /** Runs `fn` once, at least `ms` later; the result cancels it. A pending timer keeps no process alive. */
  abstract after(ms: number, fn: () => void): () => void;

  /** RFC 3339 UTC with milliseconds. */
  timestamp(): string {
    return new Date(this.now()).toISOString();
  }

  /** Resolves `ms` later, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.after(ms, done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}
