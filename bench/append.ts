import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { type Command, type Decider, type DomainEvent, EventCatalogue, Ids, Streams } from '@slipway/kernel';
import Database from 'libsql';
import { temporaryFolder } from '../test/support/processes/folders';
import type { Run } from './run';
import { newStream, sampleEvent, storedText } from './sample-events';
import { rate } from './timed';

/** In flight, how many in all, how many rows the bare driver puts into a transaction, and the goal. */
const WIDTHS = [
  { inFlight: 1, count: 3_000, together: 1, goal: 0.9 },
  { inFlight: 32, count: 20_000, together: 100 },
  { inFlight: 256, count: 20_000, together: 100, goal: 0.5 },
];

const TABLE = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
    data TEXT NOT NULL, metadata TEXT NOT NULL, UNIQUE (stream, version))`;

const dispatcher: Decider<Command, object, DomainEvent> = {
  category: 'deployment',
  initialState: {},
  decide: () => [{ type: 'StepDispatched', data: sampleEvent().data }],
  evolve: (state) => state,
};

/** New streams on the embedded default, decided, chained and stored by `Streams.handle`, against the same rows through the bare SQLite driver. */
export async function append(run: Run): Promise<void> {
  const folder = temporaryFolder();
  const [clock, random] = [new SystemClock(), new SystemRandom()];
  const ids = new Ids(clock, random);
  const store = SqliteEventStore.open({ file: join(folder, 'ours.db'), clock, ids });
  const catalogue = new EventCatalogue([{ entries: { StepDispatched: { sample: {} } } }]);
  const streams = new Streams({ store, catalogue, clock, random, ids });
  const bare = new Database(join(folder, 'bare.db'));
  bare.exec(TABLE);
  const insert = bare.prepare('INSERT INTO events (stream, version, id, type, data, metadata) VALUES (?, 0, ?, ?, ?, ?)');
  const write = bare.transaction((count: number) => {
    for (let row = 0; row < count; row += 1) {
      const event = sampleEvent();
      const { data, metadata } = storedText(event);
      insert.run(newStream(), event.id, event.type, data, metadata);
    }
  });
  const meta = () => {
    const { actor, at: now, commandId, correlationId, causationId } = sampleEvent().metadata;
    return { actor, now, commandId, correlationId, causationId };
  };
  const handled = () => streams.handle(dispatcher, newStream(), { type: 'StartDeployment', data: {}, meta: meta() }, 'new');
  try {
    for (const { inFlight, count, together, goal } of WIDTHS) {
      const what = `new streams, ${inFlight} in flight; SQLite: ${together} rows in a transaction`;
      await run.compare(
        { what, unit: 'events/s', ...(goal === undefined ? {} : { goal }) },
        {
          ours: () => rate(count, inFlight, handled),
          reference: async () => (await rate(count / together, 1, async () => write(together))) * together,
        },
      );
    }
  } finally {
    await store.close();
    bare.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
