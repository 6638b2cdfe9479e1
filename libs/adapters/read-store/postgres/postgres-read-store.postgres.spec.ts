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
const asked = async (text: string, values: unknown[] = []) => {
  const pool = new PostgresPool({ ...options(), user: { code: 'read-store', name: 'the test' } });
  const { rows } = await pool.query({ text, values }).finally(() => pool.close());
  return rows;
};

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(() => asked('DROP SCHEMA IF EXISTS slipway_read CASCADE'));

readStoreContract('PostgreSQL', opened);
