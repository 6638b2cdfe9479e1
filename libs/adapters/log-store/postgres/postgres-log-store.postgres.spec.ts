import { silentLog } from '@slipway/kernel';
import { SEED, SeededRandom } from '@slipway/kernel/testing';
import { logStoreContract } from '@slipway/kernel/testing/log-store.contract';
import { all, attempt, chunks, deployment, DEPLOYMENT } from '@slipway/kernel/testing/log-store.fixture';
import { freshDatabase, type FreshDatabase } from '../../postgres/fresh-database.fixture';
import { PostgresPool } from '../../postgres/postgres-pool';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { PostgresLogStore } from './postgres-log-store';

let database: FreshDatabase;
let pool: PostgresPool;
const options = () => ({ url: database.url, clock: new SystemClock(), random: new SystemRandom(), log: silentLog });
const stores: PostgresLogStore[] = [];
const opened = () => {
  const store = new PostgresLogStore(options());
  stores.push(store);
  return store;
};
const closeAll = async () => void (await Promise.all(stores.splice(0).map((store) => store.close())));

beforeAll(async () => {
  database = await freshDatabase();
  pool = new PostgresPool({ ...options(), user: { code: 'log-store', name: 'the test' } });
  await opened().read(DEPLOYMENT, { after: 0, limit: 1 });
});
afterEach(() => pool.query({ text: 'TRUNCATE slipway_logs.chunks, slipway_logs.deployments' }));
afterAll(async () => {
  await pool.close();
  await database.drop();
});

logStoreContract('PostgreSQL', async () => ({
  store: opened(),
  reopen: async () => {
    await closeAll();
    return opened();
  },
  close: closeAll,
}));

describe('a log store in PostgreSQL', () => {
  afterEach(closeAll);

  it('keeps output byte for byte, whatever a step printed or wherever it was cut', async () => {
    const store = opened();
    const odd = ['a\u0000b', '\ud83d', '\ude00', '\u001b[31mred\u001b[0m', '', 'NULL', '{"a,b"}', '\\'].map((text, index) => ({
      ...chunks(index + 1, index + 1)[0]!,
      text,
    }));
    await store.append(attempt({ step: '{"odd", NULL}' }), odd);
    expect((await all(store)).map(({ text }) => text)).toEqual(odd.map(({ text }) => text));
  });

  it('shows nothing of a deployment under a name that is none', async () => {
    const store = opened();
    expect(await store.read('x', { after: 3, limit: 1 })).toEqual({ chunks: [], reached: 3 });
    expect(await store.holds(attempt({ deployment: 'x' }), 1)).toBe(false);
    await expect(store.append(attempt({ deployment: 'x' }), chunks(1, 1))).rejects.toMatchObject({ code: 'log-store.refused' });
  });

  it('keeps chunks of several writers once each, and shows them to one who follows without passing any', async () => {
    const random = new SeededRandom(SEED);
    const [one, other] = [opened(), opened()];
    const writing = Promise.all(
      [one, other, one, other].map(async (store, writer) => {
        for (let number = 1; number <= 40;) {
          const last = Math.min(40, number + Math.floor(random.fraction() * 6));
          await store.append(attempt({ step: `step ${writer % 2}` }), chunks(number, last));
          number = last + 1;
        }
      }),
    );
    let done = false;
    void writing.finally(() => (done = true)).catch(() => undefined);
    const follower = opened();
    const followed: string[] = [];
    for (let after = 0, whole = false; !whole;) {
      whole = done;
      const page = await follower.read(DEPLOYMENT, { after, limit: 7 });
      followed.push(...page.chunks.map(({ step, number }) => `${step}/${number}`));
      after = page.reached;
      whole &&= page.next === undefined;
    }
    await writing;
    expect({ seed: SEED, followed }).toEqual({
      seed: SEED,
      followed: (await all(opened())).map(({ step, number }) => `${step}/${number}`),
    });
    expect(new Set(followed).size).toBe(80);
    expect(followed).toHaveLength(80);
  });

  it('lets a writer that is slow to finish hold back its deployment, and no other', async () => {
    const store = opened();
    await store.append(attempt(), chunks(1, 1));
    let late = Promise.resolve();
    await pool.transaction(async (connection) => {
      await connection.query({ text: 'UPDATE slipway_logs.deployments SET reached = reached + 1' });
      late = store.append(attempt(), chunks(2, 2));
      await store.append(attempt({ deployment: deployment(2) }), chunks(1, 1));
      expect(await all(store)).toHaveLength(1);
    });
    await late;
    expect(await all(store)).toHaveLength(2);
  });
});
