import { InfrastructureError } from '../errors';
import type { EventMetadata, RecordedEvent } from '../event';

/** What a stream must look like for an append: empty, anything, existing, or exactly this last version. */
export type ExpectedVersion = 'none' | 'any' | 'exists' | number;

export interface EventToAppend {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
}

/** Where the last event of an append went. */
export interface Appended {
  readonly version: number;
  readonly position: bigint;
}

/** A piece of a catch-up subscription, in log order. */
export interface EventBatch {
  /** May be empty: the checkpoint moved over events that the subscription leaves out, or, in the first batch, nothing follows yet. */
  readonly events: readonly RecordedEvent[];
  /** Resume after this position to get exactly what follows. At least the last event's position. */
  readonly checkpoint: bigint;
  /** True when the batch reached the end of the log as it was when the batch was read. */
  readonly caughtUp: boolean;
}

export interface SubscribeOptions {
  readonly after: bigint;
  readonly signal: AbortSignal;
  /** Events in a batch at most. Default 500. */
  readonly maxBatch?: number;
  /** At the log's end: what happens within so long of the next event comes with it, for whoever has less to do with more at a time. Default 0. */
  readonly gatherMs?: number;
}

/** The expected version did not hold; nothing was written. */
export class WrongExpectedVersion extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedVersion,
    /** Last version, or 'none' for a stream that does not exist. */
    readonly actual: number | 'none',
  ) {
    super(`stream ${stream}: expected version ${expected}, found ${actual}`);
    this.name = 'WrongExpectedVersion';
  }
}

/** What is stored in the place of an event is no event any more: damage, or a change by hand. */
export class UnreadableEvent extends InfrastructureError {
  constructor(readonly place: Pick<RecordedEvent, 'position' | 'stream' | 'version' | 'id'>) {
    const { position, stream, version } = place;
    super('event-store.failed', `the event at position ${position} (${stream}, version ${version}) cannot be read: it is damaged`, false);
    this.name = 'UnreadableEvent';
  }
}

/** An append holds at most this many bytes of JSON data and metadata together: the least of all stores, which is 1 MiB with the names of types. */
export const MAX_APPEND_BYTES = 1_000_000;

/**
 * The log: the only truth. Streams with optimistic concurrency, one total order over all of them, catch-up subscriptions.
 * Every adapter passes `kernel/testing/event-store.contract.ts`. Errors: WrongExpectedVersion; InfrastructureError
 * `event-store.append-too-large` (not retryable), `event-store.unavailable` (retryable, and of an append it means that the
 * outcome is unknown: try again with the same ids and the same exact expectation), `event-store.event-id-taken` (not retryable, where the
 * store can tell: another append stored an event of that id), `event-store.failed` (not retryable: damage, a bug; of one event: UnreadableEvent).
 */
export abstract class EventStore {
  /** True where no other process can write: a cached state then needs no look at the stream's tail. */
  abstract readonly soleWriter: boolean;

  /** Identity of this log, made when it was created. A checkpoint of another log is worthless. */
  abstract logId(): Promise<string>;

  /**
   * Appends all events or none; durable when it resolves. An empty list writes nothing and is refused (a programming error).
   * The same ids with the same exact expectation (`none` or a number) again succeed with the original result and write nothing.
   * `keepForSeconds` (system streams only): the store may forget the whole stream that long after its last append.
   */
  abstract append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly EventToAppend[],
    options?: { keepForSeconds?: number },
  ): Promise<Appended>;

  /** Events of a stream from version `from` (default 0) upwards, at most `limit` (default 1,000). A missing stream is empty. */
  abstract readStream(stream: string, options?: { from?: number; limit?: number }): Promise<RecordedEvent[]>;

  /** Events of all streams after a position (any bigint ≥ 0, an event's or not), in log order, at most `limit` (default 1,000), system events left out. */
  abstract readAll(options: { after: bigint; limit?: number }): Promise<RecordedEvent[]>;

  /** Position of the last event that is not a system event, BEGINNING for an empty log. */
  abstract head(): Promise<bigint>;

  /**
   * Everything after a position, first history, then live, without gap or repeat, system events left out, until the signal aborts (then it ends).
   * Slow consumers slow nobody: the next batch is read when it is asked for. A store that is away is
   * waited for and resumed; the iteration does not throw for it.
   */
  abstract subscribe(options: SubscribeOptions): AsyncIterable<EventBatch>;

  abstract close(): Promise<void>;
}
