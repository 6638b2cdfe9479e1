import { InfrastructureError, isRetryable, messageOf } from './errors';
import type { Clock } from './ports/clock';
import type { Log } from './ports/log';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface Patience {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/**
 * Repeats what fails because something is away, however long, and says what is waited for: at first, and whenever the reason changes. Errors: what is not
 * retryable; InfrastructureError `process.stopping` once the signal aborted.
 */
export async function patiently<T>(what: string, work: () => Promise<T>, { clock, log, signal }: Patience): Promise<T> {
  let told: string | undefined;
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    try {
      const result = await work();
      if (told !== undefined) log.info(`${what} is there`);
      return result;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      const reason = messageOf(error);
      if (reason !== told) log.warn(`waiting for ${what}`, { reason });
      told = reason;
      await clock.sleep(pause, signal);
    }
  }
  throw new InfrastructureError('process.stopping', `the process stops: ${what} is not waited for any more`, true);
}
