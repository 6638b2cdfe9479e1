import type { Appended, Clock, ExpectedVersion, RecordedEvent } from '@slipway/kernel';
import type { QueryResultRow } from 'pg';
import type { PostgresLayout } from '../../postgres/postgres-layout';
import type { PostgresPool } from '../../postgres/postgres-pool';
import { SharedStatement } from '../../postgres/shared-statement';
import { decoded, type EventRow } from '../event-row';
import { originalOf, type PreparedAppend } from '../prepared-append';

/** The stream's last version, and the position of the append's last event; none when it was not written; neither when one of its ids is taken. */
export interface Outcome {
  readonly version: number | undefined;
  readonly position: number | undefined;
}

/** The driver gives bigint as text. */
type Raw<Row, Field extends keyof Row> = Omit<Row, Field> & Readonly<Record<Field, string>>;

const COLUMNS = 'position, stream, version, id, type, data, metadata';
const VISIBLE = `NOT starts_with(type, '$')`;

const APPEND = 'CALL slipway_events.append_group($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL)';
const FORGET = 'CALL slipway_events.forget_expired($1, $2, NULL)';
const LOG_ID = 'SELECT id FROM slipway_events.log';
const STREAMS = `
  SELECT asked.n, found.* FROM unnest($1::text[], $2::integer[], $3::integer[]) WITH ORDINALITY AS asked (stream, first, most, n)
   CROSS JOIN LATERAL (
     SELECT ${COLUMNS} FROM slipway_events.events e WHERE e.stream = asked.stream AND e.version >= asked.first ORDER BY e.version LIMIT asked.most
   ) AS found
   ORDER BY asked.n, found.version`;
const RANGE = `SELECT ${COLUMNS} FROM slipway_events.events WHERE position > $1 AND position <= $2 AND ${VISIBLE} ORDER BY position LIMIT $3`;
const END = `
  SELECT greatest((SELECT forgotten FROM slipway_events.log), (SELECT max(position) FROM slipway_events.events)) AS last,
         (SELECT position FROM slipway_events.events WHERE position > $1 AND ${VISIBLE} ORDER BY position DESC LIMIT 1) AS head`;
const IDS = 'SELECT id, version, position FROM slipway_events.events WHERE stream = $1 AND version >= $2 ORDER BY version LIMIT $3';
const PLACES = 'SELECT id, stream, version FROM slipway_events.events WHERE id = ANY ($1)';

/** Many streams are looked at all the time, most of them to find nothing new: so many share a statement. */
const READS_TOGETHER = 20;
const READS_AT_ONCE = 2;
/** Streams forgotten at a time, so that forgetting never holds up appends for long. */
const FORGET_AT_ONCE = 200;

interface StreamRead {
  readonly stream: string;
  readonly from: number;
  readonly limit: number;
}

/** The statements of a log in PostgreSQL, whose tables are made when they are first needed. Errors: those of the pool and the layout, UnreadableEvent. */
export class EventTables {
  private readonly streams = new SharedStatement<StreamRead, EventRow[]>({
    ask: (reads) => this.readStreams(reads),
    fits: (chosen) => chosen.length < READS_TOGETHER,
    atOnce: READS_AT_ONCE,
  });

  /** Appends have a connection of their own, so that readers never hold them up. */
  constructor(
    private readonly reading: PostgresPool,
    private readonly writing: PostgresPool,
    private readonly layout: PostgresLayout,
    private readonly clock: Clock,
  ) {}

  async logId(): Promise<string> {
    const [row] = await this.read<{ id: string }>('log-id', LOG_ID, []);
    return row!.id;
  }

  /** Writes a group in one transaction: each append whole or not at all, whatever becomes of its neighbours. */
  async append(group: readonly PreparedAppend[]): Promise<Outcome[]> {
    await this.layout.ready();
    const now = this.clock.now();
    const events = group.flatMap((append) => append.events);
    let last = 0;
    const values = [
      group.map(({ stream }) => stream),
      group.map(({ expected }) => expectation(expected)),
      group.map((append) => (last += append.events.length)),
      group.map(({ keepForSeconds }) => (keepForSeconds === undefined ? null : now + Math.ceil(keepForSeconds * 1_000))),
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ data }) => data),
      events.map(({ metadata }) => metadata),
    ];
    const { rows } = await this.writing.query<Record<'versions' | 'positions', (string | null)[]>>({
      name: 'append',
      text: APPEND,
      values,
    });
    const { versions, positions } = rows[0]!;
    return versions.map((version, index) => ({ version: numberOf(version), position: numberOf(positions[index]) }));
  }

  async readStream(stream: string, from: number, limit: number): Promise<RecordedEvent[]> {
    return (await this.streams.ask({ stream, from, limit: Math.max(0, limit) })).map(decoded);
  }

  /** Events in (after, upTo] that are no system events. */
  async readRange(after: number, upTo: number, limit: number): Promise<EventRow[]> {
    const rows = await this.read<Raw<EventRow, 'position'>>('range', RANGE, [after, upTo, Math.max(0, limit)]);
    return rows.map(rowOf);
  }

  /** The highest position ever given out, and that of the last event after `seen` that is no system event. */
  async end(seen: number): Promise<{ last: number; head: number | undefined }> {
    const [row] = await this.read<{ last: string; head: string | null }>('end', END, [seen]);
    return { last: Number(row!.last), head: numberOf(row!.head) };
  }

  /** The original result when the append's ids stand in its stream from version `first` on. */
  async repeated(append: PreparedAppend, first: number): Promise<Appended | undefined> {
    const values = [append.stream, first, append.events.length];
    const rows = await this.read<{ id: string; version: number; position: string }>('ids', IDS, values);
    return originalOf(append, rows.map(rowOf));
  }

  /** Where those of the ids are that the log holds. */
  async placesOf(ids: readonly string[]): Promise<Map<string, { stream: string; version: number }>> {
    const rows = await this.read<{ id: string; stream: string; version: number }>('places', PLACES, [ids]);
    return new Map(rows.map(({ id, ...place }) => [id, place]));
  }

  /** Forgets streams whose last event has expired, a bounded number of them. Resolves to true when more wait. */
  async forgetExpired(): Promise<boolean> {
    await this.layout.ready();
    const values = [this.clock.now(), FORGET_AT_ONCE];
    const { rows } = await this.writing.query<{ forgotten_streams: string[] | null }>({ text: FORGET, values });
    return rows[0]!.forgotten_streams?.length === FORGET_AT_ONCE;
  }

  private async readStreams(reads: readonly StreamRead[]): Promise<EventRow[][]> {
    const values = [reads.map(({ stream }) => stream), reads.map(({ from }) => from), reads.map(({ limit }) => limit)];
    const found: EventRow[][] = reads.map(() => []);
    for (const { n, ...row } of await this.read<Raw<EventRow, 'position'> & { n: string }>('streams', STREAMS, values))
      found[Number(n) - 1]!.push(rowOf(row));
    return found;
  }

  private async read<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    await this.layout.ready();
    return (await this.reading.query<Row>({ name, text, values })).rows;
  }
}

/** As `append_group` takes it. */
function expectation(expected: ExpectedVersion): number {
  if (expected === 'none') return -1;
  if (expected === 'exists') return -2;
  if (expected === 'any') return -3;
  return Number.isSafeInteger(expected) && expected >= 0 ? expected : -4;
}

function rowOf<Row extends { readonly position: string }>(row: Row): Omit<Row, 'position'> & { readonly position: number } {
  return { ...row, position: Number(row.position) };
}

function numberOf(text: string | null | undefined): number | undefined {
  return text === null || text === undefined ? undefined : Number(text);
}
