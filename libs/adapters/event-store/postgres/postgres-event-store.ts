import {
  type Appended,
  type Clock,
  type EventBatch,
  EventStore,
  type EventToAppend,
  type ExpectedVersion,
  type Ids,
  InfrastructureError,
  type Log,
  type Random,
  type RecordedEvent,
  type SubscribeOptions,
} from '@slipway/kernel';
import { PostgresLayout } from '../../postgres/postgres-layout';
import { PostgresPool } from '../../postgres/postgres-pool';
import { catchUp } from '../catch-up';
import { decoded } from '../event-row';
import { prepareAppend } from '../prepared-append';
import { AppendWriter } from './append-writer';
import { CommitListener } from './commit-listener';
import { EVENT_STORE, eventLayout } from './event-layout';
import { EventTables } from './event-tables';
import { LogTail } from './log-tail';

export interface PostgresEventStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
}

const READERS = 5;
/** A writer that waits longer than that for its turn, or for the disk, is told that the store is unavailable. */
const APPEND_MS = 10_000;
/** An index of PostgreSQL holds no more. */
const LONGEST_NAME_BYTES = 2_000;

/**
 * The log in a schema of a PostgreSQL database, written by any number of processes: their groups take turns, so that positions become visible in their order
 * (decision 026). Connects, and makes its tables, when it is first asked for something. Events of live subscriptions are shared between consumers and deeply frozen.
 */
export class PostgresEventStore extends EventStore {
  readonly soleWriter = false;
  private readonly pools: readonly PostgresPool[];
  private readonly tables: EventTables;
  private readonly tail: LogTail;
  private readonly writer: AppendWriter;
  private readonly listener: CommitListener;

  constructor(private readonly on: PostgresEventStoreOptions) {
    super();
    const { ids, ...connecting } = on;
    const reading = new PostgresPool({ ...connecting, user: EVENT_STORE, connections: READERS });
    const writing = new PostgresPool({ ...connecting, user: EVENT_STORE, connections: 1, statementMs: APPEND_MS });
    this.pools = [reading, writing];
    this.tables = new EventTables(reading, writing, new PostgresLayout(reading, eventLayout(ids.next())), on.clock);
    this.tail = new LogTail(this.tables);
    this.writer = new AppendWriter(this.tables, on.clock, this.tail);
    const isOwn = (backend: number) => this.writer.busy && backend === writing.backend;
    this.listener = new CommitListener(this.tail, { ...connecting, place: reading.place, isOwn });
  }

  logId(): Promise<string> {
    return this.reading(() => this.tables.logId());
  }

  async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly EventToAppend[],
    options?: { keepForSeconds?: number },
  ): Promise<Appended> {
    const append = prepareAppend(stream, expected, events, options);
    for (const name of [stream, ...events.map(({ id }) => id)]) refuseLong(stream, name);
    this.refuseClosed();
    return this.writer.append(append);
  }

  readStream(stream: string, { from = 0, limit = 1_000 } = {}): Promise<RecordedEvent[]> {
    return this.reading(() => this.tables.readStream(stream, from, limit));
  }

  readAll({ after, limit = 1_000 }: { after: bigint; limit?: number }): Promise<RecordedEvent[]> {
    return this.reading(async () => (await this.tables.readRange(Number(after), Number.MAX_SAFE_INTEGER, limit)).map(decoded));
  }

  head(): Promise<bigint> {
    return this.reading(async () => BigInt(await this.tail.look()));
  }

  subscribe(options: SubscribeOptions): AsyncIterable<EventBatch> {
    if (!this.tail.closed) this.listener.start();
    return catchUp(this.tail, this.on.clock, options);
  }

  /** Writes what was asked for before, ends the subscriptions and every connection. */
  async close(): Promise<void> {
    this.tail.close();
    await Promise.all([this.writer.close(), this.listener.stop()]);
    await Promise.all(this.pools.map((pool) => pool.close()));
  }

  private async reading<T>(read: () => Promise<T>): Promise<T> {
    this.refuseClosed();
    return read();
  }

  private refuseClosed(): void {
    if (this.tail.closed)
      throw new InfrastructureError('event-store.unavailable', `the event store at ${this.pools[0]!.place} is closed`, true);
  }
}

function refuseLong(stream: string, name: string): void {
  if (Buffer.byteLength(name) <= LONGEST_NAME_BYTES) return;
  throw new Error(
    `append to stream ${stream.slice(0, 100)}: the name of a stream or an event's id is longer than ${LONGEST_NAME_BYTES} bytes`,
  );
}
