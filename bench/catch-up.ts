import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresEventStore } from '@slipway/adapters/event-store/postgres/postgres-event-store';
import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import { freshDatabase } from '@slipway/adapters/postgres/fresh-database.fixture';
import { PostgresReadStore } from '@slipway/adapters/read-store/postgres/postgres-read-store';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { deploymentsProjection } from '@slipway/deployments/projections/deployments';
import { EventCatalogue, type EventStore, Ids, ProjectionRunner, type ReadStore, silentLog } from '@slipway/kernel';
import { slices } from '../apps/composition/slices';
import { temporaryFolder } from '../test/support/processes/folders';
import { copiedHistory } from './copied-history';
import { follow } from './postgres';
import type { Run } from './run';
import { perSecond } from './timed';

const [clock, random, log] = [new SystemClock(), new SystemRandom(), silentLog];
const MEGABYTE = 2 ** 20;

/** A long history, and read models built from nothing: on SQLite, then on PostgreSQL. */
export async function catchUp(run: Run): Promise<void> {
  const ids = new Ids(clock, random);
  const folder = temporaryFolder();
  try {
    const store = SqliteEventStore.open({ file: join(folder, 'events.db'), clock, ids });
    await measured(run, 'SQLite', { store, open: () => new SqliteReadStore(join(folder, 'read.db')) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (!process.env['POSTGRES_TEST_URL']) return run.say('on PostgreSQL: needs POSTGRES_TEST_URL (npm run servers:up says what to set)');
  const database = await freshDatabase();
  try {
    const on = { url: database.url, clock, random, log };
    await measured(run, 'PostgreSQL', { store: new PostgresEventStore({ ...on, ids }), open: () => new PostgresReadStore(on) });
  } finally {
    await database.drop();
  }
}

async function measured(run: Run, where: string, { store, open }: { store: EventStore; open: () => ReadStore }): Promise<void> {
  const { events } = run.options;
  const readStore = open();
  try {
    run.tell(
      `${where}: append ${events} events as they were written, 64 at a time`,
      'events/s',
      await perSecond(events, () => copiedHistory(store, events)),
    );
    run.tell(`${where}: follow them from the beginning`, 'events/s', await perSecond(events, () => follow(store, events)));
    const memory: number[] = [];
    const watch = setInterval(() => memory.push(process.memoryUsage().rss / MEGABYTE), 500);
    run.tell(`${where}: project them into rows (deployments)`, 'events/s', await perSecond(events, () => projected(store, readStore)));
    clearInterval(watch);
    const tenth = Math.ceil(memory.length / 10);
    run.tell(`${where}: memory while projecting, most in the second tenth of it`, 'MB', Math.max(...memory.slice(tenth, 2 * tenth)));
    run.tell(`${where}: memory while projecting, most in the last tenth`, 'MB', Math.max(...memory.slice(-tenth)));
  } finally {
    await Promise.all([store.close(), readStore.close()]);
  }
}

async function projected(eventStore: EventStore, readStore: ReadStore): Promise<void> {
  const catalogue = new EventCatalogue(slices.flatMap((slice) => slice.events));
  const runner = new ProjectionRunner(deploymentsProjection, { eventStore, readStore, catalogue, clock, log });
  await runner.start(new AbortController().signal);
  if (!(await runner.reaches(await eventStore.head())))
    throw new Error(`the projection stands still: ${JSON.stringify(runner.status().error?.message)}`);
  await runner.stop();
}
