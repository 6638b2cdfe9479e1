import { type RowChange, silentLog } from '@slipway/kernel';
import { at, reading, READINGS, SAMPLES } from '@slipway/kernel/testing/read-store.fixture';
import { freshDatabase, type FreshDatabase } from '../../postgres/fresh-database.fixture';
import { PostgresPool } from '../../postgres/postgres-pool';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { PostgresReadStore } from './postgres-read-store';

const REACTORS = ['one', 'two', 'three', 'four'];
/** Longer than any index takes, however it is squeezed. */
const UNKEEPABLE = Array.from({ length: 2_000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7_919) % 20_000))).join('');

describe('commits of one process to PostgreSQL', () => {
  let database: FreshDatabase;
  let pool: PostgresPool;
  let store: PostgresReadStore;
  const put = (id: string): RowChange => ({ table: READINGS, key: [id], row: reading(id) });

  beforeEach(async () => {
    database = await freshDatabase();
    const options = { url: database.url, clock: new SystemClock(), random: new SystemRandom(), log: silentLog };
    pool = new PostgresPool({ ...options, user: { code: 'read-store', name: 'the test' } });
    store = new PostgresReadStore(options);
    await store.prepare(SAMPLES);
    await Promise.all(REACTORS.map((name) => store.commit(name, undefined, at(1), [])));
  });
  afterEach(async () => {
    await store.close();
    await pool.close();
    await database.drop();
  });

  /** What comes of commits that were asked for while one of the first reactor was on its way. */
  async function meanwhile(work: () => readonly Promise<void>[]): Promise<string[]> {
    let asked: Promise<PromiseSettledResult<void>[]> = Promise.resolve([]);
    await pool.transaction(async (connection) => {
      await connection.query({ text: `SELECT FROM slipway_read.checkpoints WHERE subscription = 'one' FOR UPDATE` });
      const onItsWay = store.commit('one', at(1), at(2), []);
      const blocked = `SELECT FROM pg_stat_activity WHERE wait_event = 'transactionid' AND datname = current_database()`;
      while ((await connection.run(blocked)).length === 0);
      asked = Promise.allSettled([...work(), onItsWay]);
    });
    return (await asked).slice(0, -1).map((outcome) => (outcome.status === 'fulfilled' ? 'kept' : (outcome.reason as Error).name));
  }
  const writers = async () =>
    (await pool.query<{ xmin: string }>({ text: `SELECT DISTINCT xmin::text FROM slipway_read.checkpoints WHERE subscription <> 'one'` }))
      .rows;
  const ids = () => store.read(SAMPLES, async (snapshot) => (await snapshot.select(READINGS)).map(({ id }) => id));

  it('share a transaction when they come while another is on its way, rows and all', async () => {
    const work = () => [
      ...REACTORS.slice(1).map((name) => store.commit(name, at(1), at(2), [])),
      store.commit('samples@1', undefined, at(2), [put('a'), put('b'), { table: READINGS, key: ['b'], row: null }]),
    ];
    expect(await meanwhile(work)).toEqual(['kept', 'kept', 'kept', 'kept']);
    expect(await writers()).toHaveLength(1);
    expect([await ids(), await store.checkpoint('two')]).toEqual([['a'], at(2)]);
  });

  it('are each judged by their own checkpoint', async () => {
    const work = () => [
      store.commit('two', at(1), at(2), []),
      store.commit('three', at(7), at(8), []),
      store.commit('samples@1', at(1), at(2), [put('a')]),
      store.commit('two', at(1), at(3), []),
      store.commit('two', at(2), at(3), []),
    ];
    expect(await meanwhile(work)).toEqual(['kept', 'CheckpointMoved', 'CheckpointMoved', 'CheckpointMoved', 'kept']);
    expect([await ids(), await store.checkpoint('two'), await store.checkpoint('three')]).toEqual([[], at(3), at(1)]);
  });

  it('do not fail for rows of another that the server refuses', async () => {
    const work = () => [store.commit('two', at(1), at(2), []), store.commit('samples@1', undefined, at(2), [put(UNKEEPABLE)])];
    expect(await meanwhile(work)).toEqual(['kept', 'InfrastructureError']);
    expect([await ids(), await store.checkpoint('two'), await store.checkpoint('samples@1')]).toEqual([[], at(2), undefined]);
  });

  it('go alone with many rows', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => put(`${index}`));
    const work = () => [store.commit('two', at(1), at(2), []), store.commit('samples@1', undefined, at(2), many)];
    expect(await meanwhile(work)).toEqual(['kept', 'kept']);
    expect(await writers()).toHaveLength(3);
    expect(await ids()).toHaveLength(1_000);
  });
});
