import { type Clock, type EventBatch, isRetryable, type SubscribeOptions } from '@slipway/kernel';
import type { CommitSignal } from './commit-signal';

/** A log as a subscription sees it. */
export interface GrowingLog {
  /** What follows a position: at most `limit` events, or none and how far the log was looked through. Its checkpoint is that position when nothing follows. */
  page(after: bigint, limit: number): EventBatch | Promise<EventBatch>;
  /** Announced once a page shows what was committed. */
  readonly commits: CommitSignal;
  readonly closed: boolean;
}

const RETRY_MS = 250;

/** The catch-up subscription of a log that can be read page by page: first history, then live. Ends when the signal aborts or the log closes. */
export async function* catchUp(log: GrowingLog, clock: Clock, options: SubscribeOptions): AsyncGenerator<EventBatch, void, undefined> {
  const { signal, maxBatch = 500, gatherMs = 0 } = options;
  let checkpoint = options.after;
  let first = true;
  while (!signal.aborted && !log.closed) {
    const seen = log.commits.count;
    const batch = await readPage(log, checkpoint, { limit: Math.max(1, maxBatch), signal });
    if (signal.aborted) return;
    if (!batch) {
      await clock.sleep(RETRY_MS, signal);
    } else if (first || batch.checkpoint > checkpoint) {
      first = false;
      checkpoint = batch.checkpoint;
      yield batch;
      // Pages may come without waiting for anything: without this turn a long catch-up would hold up all other work of the process.
      if (!batch.caughtUp) await new Promise((resolve) => setImmediate(resolve));
    } else {
      await log.commits.next(signal, seen);
      if (gatherMs > 0) await clock.sleep(gatherMs, signal);
    }
  }
}

/** Undefined when the store is away for now, or when the signal aborts: nobody waits for the answer of a silent server then. */
function readPage(
  log: GrowingLog,
  after: bigint,
  { limit, signal }: { limit: number; signal: AbortSignal },
): Promise<EventBatch | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    Promise.resolve()
      .then(() => log.page(after, limit))
      .then(resolve, (error: unknown) => (isRetryable(error) ? resolve(undefined) : reject(error as Error)))
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
