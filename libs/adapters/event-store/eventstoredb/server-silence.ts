import type { Clock } from '@slipway/kernel';
import { NoAnswer } from './server-failure';

/** How long a server may say nothing. The client itself waits for ever. */
export interface Patience {
  readonly clock: Clock;
  readonly ms: number;
}

/** Work that must end in time. Errors: NoAnswer; its own. `late` is called when it did not. */
export function inTime<T>(work: Promise<T>, { clock, ms }: Patience, late: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      reject(new NoAnswer(ms));
      late();
    });
    work.then(resolve, reject).finally(cancel);
  });
}

/** A read or a subscription, as the client gives it. */
export interface ServerStream {
  on(event: 'data' | 'error' | 'end', listener: (...args: unknown[]) => void): unknown;
}

export interface Intake<T> {
  /** False: enough. */
  take(item: T): boolean;
  /** Ends the stream on the server; may fail. */
  cancel(): Promise<void>;
  /** While true, silence is no failure. */
  mayBeSilent?(): boolean;
  readonly signal?: AbortSignal;
}

/** Takes what a stream gives until it ends, is enough, or the signal aborts. Errors: NoAnswer when nothing came for long; the stream's; what `take` throws. */
export function takeIn<T>(stream: ServerStream, intake: Intake<T>, { clock, ms }: Patience): Promise<void> {
  return new Promise((resolve, reject) => {
    let [over, heard] = [false, false];
    let cancelWatch: () => void = () => undefined;
    const finish = (error?: Error) => {
      if (over) return;
      over = true;
      cancelWatch();
      intake.signal?.removeEventListener('abort', stop);
      intake.cancel().catch(() => undefined);
      if (error) reject(error);
      else resolve();
    };
    const stop = () => finish();
    const watch = () => {
      if (!heard && !intake.mayBeSilent?.()) return finish(new NoAnswer(ms));
      heard = false;
      cancelWatch = clock.after(ms, watch);
    };
    // Stays for good: an error that comes after the end, of a stream without a listener, would end the process.
    stream.on('error', (error) => finish(error as Error));
    stream.on('end', stop);
    stream.on('data', (item) => {
      heard = true;
      try {
        if (!over && !intake.take(item as T)) finish();
      } catch (error) {
        finish(error as Error);
      }
    });
    cancelWatch = clock.after(ms, watch);
    intake.signal?.addEventListener('abort', stop, { once: true });
    if (intake.signal?.aborted) stop();
  });
}
