import { silentLog } from '@slipway/kernel';
import { readStoreContract } from '@slipway/kernel/testing/read-store.contract';
import { freshDatabase, type FreshDatabase } from '../../postgres/fresh-database.fixture';
import { PostgresPool } from '../../postgres/postgres-pool';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { PostgresReadStore } from './postgres-read-store';

let database: FreshDatabase;
const options = () => ({ url: database.url, clock: new SystemClock(), random: new SystemRandom(), log: silentLog });
const opened = () => new PostgresReadStore(options());
let pool: PostgresPool;
const asked = async (text: string, values: unknown[] = []) => (await pool.query({ text, values })).rows;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new PostgresPool({ ...options(), user: { code: 'read-store', name: 'the test' } });
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});
// The tables stay: to make them for every test would take a quarter of a second each time.
beforeEach(() =>
  asked(`DO $$ DECLARE kept text; BEGIN
    FOR kept IN SELECT tablename FROM pg_tables WHERE schemaname = 'slipway_read' AND tablename NOT IN ('formats', 'tables') LOOP
      EXECUTE format('DELETE FROM slipway_read.%I', kept);
    END LOOP; END $$`),
);

readStoreContract('PostgreSQL', opened);
