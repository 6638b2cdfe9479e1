import { isRetryable, messageOf, type StepRunContext } from '@slipway/kernel';

/** After so many polls without a change the log tells that it still polls. */
const STILL_POLLING = 60;

/** What one poll found. */
export interface Look<T> {
  /** What is worth a line when it changes: no times, no sizes. */
  readonly state: string;
  /** The line. */
  readonly words: string;
  /** There when it is what was polled for. */
  readonly found?: T;
  /** Until the next look, if not the usual interval, milliseconds. */
  readonly afterMs?: number;
}

/**
 * Looks until it is found, or until the attempt ends: undefined. A look that rejects with a retryable error is one that found nothing; others are passed on.
 */
export async function poll<T>(
  { clock, signal, output }: StepRunContext,
  intervalMs: number,
  look: () => Promise<Look<T>>,
): Promise<T | undefined> {
  let [told, unchanged] = ['', 0];
  while (!signal.aborted) {
    const seen = await look().catch((error: unknown): Look<T> => {
      if (!isRetryable(error)) throw error;
      return { state: messageOf(error), words: messageOf(error) };
    });
    if (signal.aborted) return undefined;
    unchanged = seen.state === told ? unchanged + 1 : 0;
    if (unchanged % STILL_POLLING === 0 || seen.found !== undefined) await output('slipway', Buffer.from(`${seen.words}\n`));
    told = seen.state;
    if (seen.found !== undefined) return seen.found;
    await clock.sleep(seen.afterMs ?? intervalMs, signal);
  }
  return undefined;
}

/** Of an attempt that was told to end; nobody reads it. */
export const GIVEN_UP = { kind: 'failed', error: 'the step was ended while it polled', outputs: {} } as const;
