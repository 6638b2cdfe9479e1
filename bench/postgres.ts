import { freshDatabase } from '@slipway/adapters/postgres/fresh-database.fixture';
import { PostgresEventStore } from '@slipway/adapters/event-store/postgres/postgres-event-store';
import { PostgresReadStore } from '@slipway/adapters/read-store/postgres/postgres-read-store';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { type Checkpoint, type EventStore, Ids, silentLog, type Table } from '@slipway/kernel';
import { Pool } from 'pg';
import type { Run } from './run';
import { newStream, sampleEvent, storedText } from './sample-events';
import { perSecond, rate } from './timed';

const GOAL = 0.7;
/** As many connections as an API or a processor has. */
const CONNECTIONS = 10;
const PAGE = 500;
const CAUGHT_UP_ON = 30_000;
const COMMITS = 40;

const EVENTS = `CREATE TABLE events (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text COLLATE "C" NOT NULL, version integer NOT NULL,
  id text COLLATE "C" NOT NULL UNIQUE, type text COLLATE "C" NOT NULL, data text NOT NULL, metadata text NOT NULL, UNIQUE (stream, version))`;
const CHECKPOINTS = 'CREATE TABLE checkpoints (subscription text PRIMARY KEY, position bigint NOT NULL)';
const ROWS = 'CREATE TABLE rows (id text COLLATE "C" PRIMARY KEY, state text COLLATE "C", fold json)';

interface Row {
  readonly id: string;
  readonly state: string;
  readonly fold: object;
}
const ROWS_TABLE: Table<Row> = { name: 'rows', columns: { id: 'text', state: 'text', fold: 'json' }, key: ['id'] };
const SCHEMA = { name: 'bench', version: 1, tables: [ROWS_TABLE] };

/** Our stores on PostgreSQL against bare pg: the same bytes, in the same run. */
export async function postgres(run: Run): Promise<void> {
  if (!process.env['POSTGRES_TEST_URL']) return run.say('needs POSTGRES_TEST_URL: npm run servers:up says what to set');
  const [ours, bare] = [await freshDatabase(), await freshDatabase()];
  const on = { url: ours.url, clock: new SystemClock(), random: new SystemRandom(), log: silentLog };
  const store = new PostgresEventStore({ ...on, ids: new Ids(on.clock, on.random) });
  const readStore = new PostgresReadStore(on);
  const pool = new Pool({ connectionString: bare.url, max: CONNECTIONS });
  try {
    for (const table of [EVENTS, CHECKPOINTS, ROWS]) await pool.query(table);
    await appends(run, store, pool);
    await catchUp(run, store, pool);
    await commits(run, readStore, pool);
  } finally {
    await Promise.all([store.close(), readStore.close(), pool.end()]);
    await Promise.all([ours.drop(), bare.drop()]);
  }
}

async function appends(run: Run, store: EventStore, pool: Pool): Promise<void> {
  const insert = (inFlight: number) => {
    const columns = ['stream', 'version', 'id', 'type', 'data', 'metadata'].join(', ');
    const statement = { name: 'insert', text: `INSERT INTO events (${columns}) VALUES ($1, 0, $2, $3, $4, $5)` };
    return (count: number) =>
      rate(count, inFlight, () => {
        const event = sampleEvent();
        const { data, metadata } = storedText(event);
        return pool.query({ ...statement, values: [newStream(), event.id, event.type, data, metadata] });
      });
  };
  for (const [inFlight, count] of [
    [1, 1_000],
    [32, 6_000],
    [256, 10_000],
  ] as const) {
    const what = `append to new streams, ${inFlight} in flight; pg: one row each, ${Math.min(inFlight, CONNECTIONS)} connections`;
    await run.compare(
      { what, unit: 'events/s', goal: GOAL },
      {
        ours: () => rate(count, inFlight, () => store.append(newStream(), 'none', [sampleEvent()])),
        reference: () => insert(inFlight)(count),
      },
    );
  }
}

async function catchUp(run: Run, store: EventStore, pool: Pool): Promise<void> {
  const text = 'SELECT position, stream, version, id, type, data, metadata FROM events WHERE position > $1 ORDER BY position LIMIT $2';
  const read = async (): Promise<void> => {
    let after = '0';
    for (let count = 0; count < CAUGHT_UP_ON; count += PAGE) {
      const { rows } = await pool.query<{ position: string; data: string; metadata: string }>({
        name: 'page',
        text,
        values: [after, PAGE],
      });
      rows.map(({ data, metadata }) => [JSON.parse(data), JSON.parse(metadata)] as unknown[]);
      after = rows.at(-1)!.position;
    }
  };
  await run.compare(
    { what: `catch up on ${CAUGHT_UP_ON} events; pg: pages of ${PAGE}, parsed`, unit: 'events/s', goal: GOAL },
    { ours: () => perSecond(CAUGHT_UP_ON, () => follow(store, CAUGHT_UP_ON)), reference: () => perSecond(CAUGHT_UP_ON, read) },
  );
}

/** Follows a log from its beginning through so many events. */
export async function follow(store: EventStore, events: number): Promise<void> {
  const ended = new AbortController();
  let seen = 0;
  for await (const batch of store.subscribe({ after: 0n, signal: ended.signal, maxBatch: PAGE })) {
    seen += batch.events.length;
    if (seen >= events) break;
  }
  ended.abort();
}

async function commits(run: Run, store: PostgresReadStore, pool: Pool): Promise<void> {
  await store.prepare(SCHEMA);
  await pool.query(`INSERT INTO checkpoints VALUES ('bench', 0)`);
  let from: Checkpoint | undefined;
  const commit = async (round: number): Promise<void> => {
    const to = { logId: 'log', position: (from?.position ?? 0n) + 1n };
    await store.commit(
      'bench@1',
      from,
      to,
      rowsOf(round).map((row) => ({ table: ROWS_TABLE, key: [row.id], row })),
    );
    from = to;
  };
  // What is lost at a crash can be built anew: neither side waits for the disk.
  const client = await pool.connect();
  await client.query('SET synchronous_commit = off');
  const text = `INSERT INTO rows SELECT * FROM unnest($1::text[], $2::text[], $3::json[]) ON CONFLICT (id) DO UPDATE SET state = excluded.state, fold = excluded.fold`;
  const write = async (round: number): Promise<void> => {
    const rows = rowsOf(round);
    await client.query('BEGIN');
    await client.query(`UPDATE checkpoints SET position = position + 1 WHERE subscription = 'bench'`);
    const values = [rows.map(({ id }) => id), rows.map(({ state }) => state), rows.map(({ fold }) => JSON.stringify(fold))];
    await client.query({ name: 'put', text, values });
    await client.query('COMMIT');
  };
  try {
    const what = `commit ${PAGE} rows and a checkpoint; pg: BEGIN, UPDATE, unnest, COMMIT`;
    await run.compare(
      { what, unit: 'rows/s', goal: GOAL },
      {
        ours: async () => (await rate(COMMITS, 1, commit)) * PAGE,
        reference: async () => (await rate(COMMITS, 1, write)) * PAGE,
      },
    );
  } finally {
    client.release(true);
  }
}

/** Half of them are new, half are there already. */
function rowsOf(round: number): Row[] {
  return Array.from({ length: PAGE }, (_, index) => ({
    id: `row-${round * (PAGE / 2) + index}`,
    state: 'running',
    fold: { ...sampleEvent().data, round },
  }));
}
