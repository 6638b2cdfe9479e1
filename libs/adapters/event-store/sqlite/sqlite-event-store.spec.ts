import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ids } from '@slipway/kernel';
import { SeededRandom } from '@slipway/kernel/testing';
import { eventStoreContract, type OpenedEventStore } from '@slipway/kernel/testing/event-store.contract';
import { SystemClock } from '../../runtime/system-clock';
import { SqliteEventStore } from './sqlite-event-store';

const clock = new SystemClock();
const ids = new Ids(clock, new SeededRandom('sqlite'));

eventStoreContract('sqlite, in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-events-'));
  const open = (): OpenedEventStore => {
    const store = SqliteEventStore.open({ file: join(folder, 'events.db'), clock, ids });
    return {
      store,
      close: async () => {
        await store.close();
        rmSync(folder, { recursive: true });
      },
      reopen: async () => {
        await store.close();
        return open();
      },
    };
  };
  return Promise.resolve(open());
});

eventStoreContract('sqlite, in memory', () => {
  const store = SqliteEventStore.open({ file: ':memory:', clock, ids });
  return Promise.resolve({ store, close: () => store.close() });
});
