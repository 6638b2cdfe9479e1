import { type Clock, type EventBatch, isRetryable } from '@slipway/kernel';
import type { CommitSignal } from './commit-signal';

/** A log of this process, as a subscription sees it. */
export interface GrowingLog {
  /**
   * What follows a position: at most `limit` events, or none and how far the log was looked through. Its checkpoint is that position when
   * nothing follows. Synchronous, so that nothing can be committed between an empty page and the wait for more.
   */
  page(after: bigint, limit: number): EventBatch;
  readonly commits: CommitSignal;
  readonly closed: boolean;
}

const RETRY_MS = 250;

/** The catch-up subscription of a log in this process: first history, then live. Ends when the signal aborts or the log closes. */
export async function* catchUp(
  log: GrowingLog,
  clock: Clock,
  options: { after: bigint; signal: AbortSignal; maxBatch?: number },
): AsyncGenerator<EventBatch, void, undefined> {
  const { signal, maxBatch = 500 } = options;
  let checkpoint = options.after;
  let first = true;
  while (!signal.aborted && !log.closed) {
    const batch = readPage(log, checkpoint, Math.max(1, maxBatch));
    if (!batch) {
      await clock.sleep(RETRY_MS, signal);
    } else if (first || batch.checkpoint > checkpoint) {
      first = false;
      checkpoint = batch.checkpoint;
      yield batch;
      // Pages come without waiting for anything: without this turn a long catch-up would hold up all other work of the process.
      await new Promise((resolve) => setImmediate(resolve));
    } else {
      await log.commits.next(signal);
    }
  }
}

/** Undefined when the store is away for now. */
function readPage(log: GrowingLog, after: bigint, limit: number): EventBatch | undefined {
  try {
    return log.page(after, limit);
  } catch (error) {
    if (isRetryable(error)) return undefined;
    throw error;
  }
}
