import { writeSync } from 'node:fs';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { PostgresEventStore } from '@slipway/adapters/event-store/postgres/postgres-event-store';
import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import { Ids, silentLog } from '@slipway/kernel';

// Appends to a few streams of a log (a SQLite file, or postgres://…) for ever, one append in flight for each, and prints `stream version position id` of what was
// acknowledged.
const clock = new SystemClock();
const random = new SystemRandom();
const ids = new Ids(clock, random);
const place = process.argv[2]!;
const store = place.startsWith('postgres:')
  ? new PostgresEventStore({ url: place, clock, ids, random, log: silentLog })
  : SqliteEventStore.open({ file: place, clock, ids });

async function appendForEver(stream: string): Promise<void> {
  for (let version = 0; ; version += 2) {
    const pair = [0, 1].map((offset) => ({
      id: ids.next(),
      type: 'Appended',
      data: { stream, version: version + offset, filling: 'x'.repeat(300) },
      metadata: { actor: 'test', at: clock.timestamp(), command: 'Append', commandId: 'c', correlationId: 'c', causationId: 'c' },
    }));
    const appended = await store.append(stream, version === 0 ? 'none' : version - 1, pair);
    writeSync(1, `${stream} ${appended.version} ${appended.position} ${pair[1]!.id}\n`);
  }
}

for (const stream of ['a', 'b', 'c', 'd', 'e']) void appendForEver(stream);
