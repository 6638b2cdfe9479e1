import { silentLog } from '@slipway/kernel';
import { leasesContract } from '@slipway/kernel/testing/leases.contract';
import { freshDatabase, type FreshDatabase } from '../../postgres/fresh-database.fixture';
import { PostgresPool } from '../../postgres/postgres-pool';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { PostgresLeases } from './postgres-leases';

let database: FreshDatabase;
const options = () => ({ url: database.url, clock: new SystemClock(), random: new SystemRandom(), log: silentLog });
const opened = () => new PostgresLeases(options());
const asked = async (text: string) => {
  const pool = new PostgresPool({ ...options(), user: { code: 'leases', name: 'the test' } });
  const { rows } = await pool.query({ text }).finally(() => pool.close());
  return rows;
};

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
afterEach(() => asked('DROP SCHEMA IF EXISTS slipway_read CASCADE'));

leasesContract('in PostgreSQL', async () => {
  const [one, other] = [opened(), opened()];
  return {
    one,
    other,
    pass: async (ms) => void (await asked(`UPDATE slipway_read.leases SET until = until - ${ms} * interval '1 millisecond'`)),
    close: async () => void (await Promise.all([one.close(), other.close()])),
  };
});

describe('leases in PostgreSQL', () => {
  it('make their table once, however many processes start at the same moment', async () => {
    const processes = Array.from({ length: 8 }, opened);
    const won = await Promise.all(processes.map((one, index) => one.hold(`${index}`, [{ name: 'relay', facts: {} }], 60_000)));
    expect(won.filter((names) => names.has('relay'))).toHaveLength(1);
    await Promise.all(processes.map((one) => one.close()));
  });

  it('run out by the clock of the server', async () => {
    const leases = opened();
    await leases.hold('a', [{ name: 'relay', facts: {} }], 30);
    const until = async () => (await leases.hold('b', [{ name: 'relay', facts: {} }], 60_000)).size;
    while ((await until()) === 0);
    expect(await leases.hold('a', [{ name: 'relay', facts: {} }], 60_000)).toEqual(new Set());
    await leases.close();
  });

  it('of a newer Slipway are left as they are', async () => {
    const first = opened();
    await first.current();
    await asked('UPDATE slipway_read.formats SET format = 7');
    const leases = opened();
    await expect(leases.current()).rejects.toMatchObject({ code: 'leases.newer', retryable: false });
    await Promise.all([first.close(), leases.close()]);
  });

  it('are unavailable where there is no server, and after they were closed', async () => {
    const away = new PostgresLeases({ ...options(), url: 'postgres://slipway:hidden@127.0.0.1:1/slipway' });
    await expect(away.current()).rejects.toMatchObject({ code: 'leases.unavailable', retryable: true });
    await away.close();
    const closed = opened();
    await closed.close();
    await expect(closed.current()).rejects.toMatchObject({ code: 'leases.unavailable', retryable: true });
  });
});
