import { AsyncLocalStorage } from 'node:async_hooks';

/** What the code that runs now is about: one request's command, one message, one event. */
export interface WorkAtHand {
  readonly correlationId?: string | undefined;
  /** W3C trace context that what begins now hangs below. */
  readonly traceparent?: string | undefined;
}

const UNKNOWN: WorkAtHand = {};
const works = new AsyncLocalStorage<WorkAtHand>();

/** What the calling code is about, as far as anybody said; nothing is known where nothing is followed (see Telemetry). */
export function workAtHand(): WorkAtHand {
  return works.getStore() ?? UNKNOWN;
}

/** Runs `run`, and everything that it waits for or leaves behind, as part of this work. */
export function within<T>(work: WorkAtHand, run: () => T): T {
  return works.run(work, run);
}
