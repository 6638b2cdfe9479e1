import { Ids, silentLog } from '@slipway/kernel';
import { eventStoreContract, type OpenedEventStore } from '@slipway/kernel/testing/event-store.contract';
import { freshDatabase, type FreshDatabase } from '../../postgres/fresh-database.fixture';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { PostgresEventStore } from './postgres-event-store';

const [clock, random] = [new SystemClock(), new SystemRandom()];
const ids = new Ids(clock, random);
let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

eventStoreContract('postgres', () => {
  const open = (): OpenedEventStore => {
    const store = new PostgresEventStore({ url: database.url, clock, ids, random, log: silentLog });
    return {
      store,
      close: () => store.close(),
      reopen: async () => {
        await store.close();
        return open();
      },
    };
  };
  return Promise.resolve(open());
});
