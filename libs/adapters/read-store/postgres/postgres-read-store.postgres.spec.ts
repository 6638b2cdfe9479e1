import { silentLog, type Table } from '@slipway/kernel';
import { SEED, SeededRandom } from '@slipway/kernel/testing';
import { readStoreContract } from '@slipway/kernel/testing/read-store.contract';
import { at, reading, READINGS, SAMPLES } from '@slipway/kernel/testing/read-store.fixture';
import { freshDatabase, type FreshDatabase } from '../../postgres/fresh-database.fixture';
import { PostgresPool } from '../../postgres/postgres-pool';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { SelectCompiler } from '../sql/select-sql';
import { postgresDialect } from './postgres-dialect';
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

describe('a read store in PostgreSQL', () => {
  const stores: PostgresReadStore[] = [];
  const prepared = async (schema = SAMPLES) => {
    const store = opened();
    stores.push(store);
    await store.prepare(schema);
    return store;
  };
  const put = (id: string, label = 'x') => ({ table: READINGS, key: [id], row: reading(id, { label }) });
  afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));

  it('shows each process what others keep', async () => {
    const [one, other] = [await prepared(), await prepared()];
    await one.commit('samples@1', undefined, at(2n ** 60n), [put('a')]);
    expect(await other.read(SAMPLES, async (s) => [await s.select(READINGS), s.position])).toEqual([[reading('a')], 2n ** 60n]);
  });

  it('makes tables once, however many processes start at the same moment, and leaves those of other versions alone', async () => {
    await (await prepared()).write([put('a')]);
    await asked('DELETE FROM slipway_read.tables WHERE name LIKE $1', ['started@%']);
    await asked('DROP TABLE IF EXISTS slipway_read."started@2.readings"');
    const started = { name: 'started', version: 2, tables: [READINGS] };
    const processes = await Promise.all(Array.from({ length: 6 }, () => prepared(started)));
    await Promise.all(processes.map((store, index) => store.write([put(`${index}`)])));
    expect(await processes[0]!.read(started, (s) => s.count(READINGS))).toBe(6);
    expect(await (await prepared()).read(SAMPLES, (s) => s.count(READINGS))).toBe(1);
  });

  it('tells tables and indexes apart whose names are longer than the server takes', async () => {
    const long = 'a_table_of_a_projection_whose_name_is_longer_than_sixty_three_bytes';
    const tables = ['one', 'other'].map((end) => ({ ...READINGS, name: `${long}_${end}` }) as Table<{ id: string }>);
    const store = await prepared({ name: 'long', version: 1, tables });
    await store.write(tables.map((table) => ({ table, key: [table.name], row: reading(table.name) })));
    for (const table of tables) {
      expect(await store.read({ name: 'long', version: 1, tables }, (s) => s.select(table))).toEqual([reading(table.name)]);
    }
    const indexes = await asked(`SELECT tablename FROM pg_indexes WHERE schemaname = 'slipway_read' AND tablename LIKE 'long@1%'`);
    expect(indexes).toHaveLength(4);
  });

  it('of a newer Slipway is left as it is', async () => {
    await prepared();
    await asked(`UPDATE slipway_read.formats SET format = 7 WHERE part = 'read-store'`);
    await expect(prepared()).rejects.toMatchObject({ code: 'read-store.newer', retryable: false });
    await asked(`UPDATE slipway_read.formats SET format = 1 WHERE part = 'read-store'`);
  });

  it('delivers pages by index, from the newest on and behind a cursor', async () => {
    const store = await prepared();
    const rows = Array.from({ length: 2_000 }, (_, index) => put(`${index}`, `${index % 700}`));
    await store.write(rows);
    await asked('ANALYZE slipway_read."samples@1.readings"');
    for (const query of [{ orderBy: ['-label'] }, { orderBy: ['label'] }, { orderBy: ['-label'], after: ['400', '400'] }]) {
      const { text, values } = new SelectCompiler(postgresDialect).select(READINGS, 'samples@1.readings', { ...query, limit: 10 });
      const plan = (await asked(`EXPLAIN ${text}`, [...values])).map((line) => String(line['QUERY PLAN'])).join('\n');
      expect(plan).not.toContain('Seq Scan');
      expect(plan).toContain('Index Scan');
    }
  });

  it('lets an owner that slept change nothing once another has moved the checkpoint, even in the middle of its commit', async () => {
    const [slept, owner] = [await prepared(), await prepared()];
    await slept.commit('samples@1', undefined, at(1), [put('a', 'first')]);
    await owner.commit('samples@1', at(1), at(2), [put('a', 'second')]);
    const late = [put('a', 'late'), put('b', 'late'), { table: READINGS, key: ['a'], row: null }];
    await expect(slept.commit('samples@1', at(1), at(3), late)).rejects.toMatchObject({ name: 'CheckpointMoved' });
    let waiting = Promise.resolve();
    await pool.transaction(async (connection) => {
      await connection.query({ text: 'UPDATE slipway_read.checkpoints SET position = 3' });
      waiting = slept.commit('samples@1', at(2), at(4), late);
      void waiting.catch(() => undefined);
      const blocked = () =>
        connection.run(`SELECT FROM pg_stat_activity WHERE wait_event = 'transactionid' AND datname = current_database()`);
      while ((await blocked()).length === 0);
    });
    await expect(waiting).rejects.toMatchObject({ name: 'CheckpointMoved' });
    expect(await owner.read(SAMPLES, (s) => s.select(READINGS))).toEqual([reading('a', { label: 'second' })]);
    expect(await owner.checkpoint('samples@1')).toEqual(at(3));
  });

  it('counts right while several owners race for every step', async () => {
    const owners = await Promise.all([1, 2, 3].map(() => prepared()));
    const count = async (store: PostgresReadStore): Promise<number> => {
      let won = 0;
      for (let round = 0; round < 30; round += 1) {
        const [from, row] = await store.read(SAMPLES, async (s) => [s.position, await s.get(READINGS, 'count')] as const);
        const changes = [{ table: READINGS, key: ['count'], row: reading('count', { amount: (row?.amount ?? 0) + 1 }) }];
        const expected = from === 0n ? undefined : at(from);
        won += await store.commit('samples@1', expected, at(from + 1n), changes).then(
          () => 1,
          () => 0,
        );
      }
      return won;
    };
    const won = (await Promise.all(owners.map(count))).reduce((sum, one) => sum + one, 0);
    const told = await owners[0]!.read(SAMPLES, async (s) => [s.position, (await s.get(READINGS, 'count'))?.amount]);
    expect(told).toEqual([BigInt(won), won]);
  });

  it('writes rows that others write at the same moment in another order', async () => {
    const random = new SeededRandom(SEED);
    const writers = await Promise.all([1, 2, 3, 4].map(() => prepared()));
    const ids = Array.from({ length: 30 }, (_, index) => `${index}`);
    await Promise.all(
      writers.map(async (store, writer) => {
        for (let round = 0; round < 10; round += 1) {
          await store.write([...ids].sort(() => random.fraction() - 0.5).map((id) => put(id, `${writer}`)));
        }
      }),
    );
    const labels = await writers[0]!.read(SAMPLES, async (s) => (await s.select(READINGS)).map(({ label }) => label));
    expect({ seed: SEED, labels: labels.length, different: new Set(labels).size }).toEqual({ seed: SEED, labels: 30, different: 1 });
  });
});
