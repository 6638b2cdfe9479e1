import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { silentLog } from '@slipway/kernel';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { SystemClock } from '../runtime/system-clock';
import { SystemRandom } from '../runtime/system-random';
import { freshDatabase, type FreshDatabase } from './fresh-database.fixture';
import { PostgresPool, type PostgresPoolOptions } from './postgres-pool';

const UNAVAILABLE = { code: 'read-store.unavailable', retryable: true };

describe('a pool of PostgreSQL connections', () => {
  let database: FreshDatabase;
  const pools: PostgresPool[] = [];
  const opened = (options: Partial<PostgresPoolOptions> = {}) => {
    const user = { code: 'read-store', name: 'the read store' } as const;
    const pool = new PostgresPool({
      url: database.url,
      user,
      clock: new SystemClock(),
      random: new SystemRandom(),
      log: silentLog,
      ...options,
    });
    pools.push(pool);
    return pool;
  };
  const idOf = async (on: Pick<PostgresPool, 'query'>) => {
    const { rows } = await on.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
    return rows[0]!.pid;
  };
  const terminate = (pool: PostgresPool, pid: number) => pool.query({ text: 'SELECT pg_terminate_backend($1, 5000)', values: [pid] });

  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));
  afterAll(() => database.drop());

  it('ends a statement that takes too long, and uses the connection again', async () => {
    const pool = opened({ statementMs: 50, connections: 1 });
    const before = await idOf(pool);
    await expect(pool.query({ text: 'SELECT pg_sleep(20)' })).rejects.toMatchObject(UNAVAILABLE);
    expect(await idOf(pool)).toBe(before);
  });

  it('gives up a server that falls silent in the middle, and goes on when it speaks again', async () => {
    const proxy = await cuttable(database.url);
    const pool = opened({ url: proxy.url, statementMs: 100, connections: 1 });
    const before = await idOf(pool);
    proxy.silence(true);
    await expect(idOf(pool)).rejects.toMatchObject(UNAVAILABLE);
    proxy.silence(false);
    expect(await idOf(pool)).not.toBe(before);
    await pool.close();
    proxy.close();
  });

  it('replaces connections that broke while nobody used them', async () => {
    const [pool, other] = [opened({ connections: 1 }), opened()];
    const before = await idOf(pool);
    await terminate(other, before);
    // The news may still be on its way.
    const after = await idOf(pool).catch(() => idOf(pool));
    expect(after).not.toBe(before);
  });

  it('says so when a connection broke between two statements of a transaction, and goes on with another', async () => {
    const [pool, other] = [opened({ connections: 1 }), opened()];
    const broken = pool.transaction(async (connection) => {
      await terminate(other, await idOf(connection));
      await idOf(connection);
    });
    await expect(broken).rejects.toMatchObject(UNAVAILABLE);
    expect(await idOf(pool)).toBeGreaterThan(0);
  });

  it('outlives a connection that is ended in the very packet that opens it', async () => {
    const message = (type: string, body: string) =>
      Buffer.concat([Buffer.from(type), Buffer.of(0, 0, 0, body.length + 4), Buffer.from(body)]);
    const packet = [message('R', '\0\0\0\0'), message('Z', 'I'), message('E', 'SFATAL\0C57P01\0Mended by an operator\0\0')];
    const server = createServer((socket) => socket.once('data', () => socket.end(Buffer.concat(packet))).on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(idOf(opened({ url: `postgres://slipway@127.0.0.1:${port}/none` }))).rejects.toMatchObject(UNAVAILABLE);
    server.close();
  });

  it('ends a transaction that its process left open for too long', async () => {
    const pool = opened({ statementMs: 50, connections: 1 });
    await opened().query({ text: 'CREATE TABLE kept (n int)' });
    const slept = pool.transaction(async (connection) => {
      await connection.query({ text: 'INSERT INTO kept VALUES (1)' });
      await new SystemClock().sleep(300);
      await connection.query({ text: 'INSERT INTO kept VALUES (2)' });
    });
    await expect(slept).rejects.toMatchObject(UNAVAILABLE);
    expect((await pool.query({ text: 'SELECT * FROM kept' })).rows).toEqual([]);
  });

  it('lets nobody wait for ever for one of its connections', async () => {
    const pool = opened({ connections: 1 });
    const first = pool.query({ text: 'SELECT pg_sleep(5.5)' });
    await expect(idOf(pool)).rejects.toMatchObject(UNAVAILABLE);
    await first;
  });

  it('repeats a transaction that lost a race until it wins', async () => {
    const pool = opened();
    await pool.query({ text: 'CREATE TABLE counter AS SELECT 0 AS n' });
    const increment = () =>
      pool.transaction(async (connection) => {
        await connection.run('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE');
        const { rows } = await connection.query<{ n: number }>({ text: 'SELECT n FROM counter' });
        await connection.query({ text: 'UPDATE counter SET n = $1', values: [rows[0]!.n + 1] });
      });
    await Promise.all(Array.from({ length: 6 }, increment));
    expect((await pool.query({ text: 'SELECT n FROM counter' })).rows).toEqual([{ n: 6 }]);
  });

  it('keeps nothing of a transaction whose work failed, nor of one that kept a failure to itself', async () => {
    const pool = opened({ connections: 1 });
    await pool.query({ text: 'CREATE TABLE things (n int PRIMARY KEY)' });
    const insert = { text: 'INSERT INTO things VALUES (1)' };
    const failing = pool.transaction(async (connection) => {
      await connection.query(insert);
      throw new Error('no luck');
    });
    await expect(failing).rejects.toThrow('no luck');
    const silent = pool.transaction(async (connection) => {
      await connection.query(insert);
      await connection.query(insert).catch(() => undefined);
    });
    await expect(silent).rejects.toThrow('a statement in it had failed');
    expect((await pool.query({ text: 'SELECT * FROM things' })).rows).toEqual([]);
  });

  it('tells mistakes in a statement from a server that is away', async () => {
    await expect(opened().query({ text: 'SELEKT' })).rejects.toMatchObject({ code: 'read-store.failed', retryable: false });
  });

  it.each([
    ['nobody listens', { port: '1' }],
    ['the host is unknown', { hostname: 'nowhere.invalid' }],
    ['the database is missing', { pathname: '/nowhere' }],
    ['the user is unknown', { username: 'nobody' }],
  ])('waits for somebody to help when %s, and names no password', async (_, change) => {
    const url = Object.assign(new URL(database.url), { password: 'hidden' }, change).href;
    const failure = await opened({ url })
      .query({ text: 'SELECT 1' })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject(UNAVAILABLE);
    expect(String(failure)).toMatch(/the read store at postgres:\/\/[a-z0-9.]+:\d+\/\w+ failed: \w+/);
    expect(String(failure)).not.toContain('hidden');
  });

  it('refuses a URL that is none without repeating it', () => {
    const url = 'postgres://slipway:hid/den@127.0.0.1:5432/slipway';
    const refusal = expect.objectContaining({ code: 'read-store.failed', message: expect.not.stringContaining('hid') as unknown });
    expect(() => opened({ url })).toThrow(refusal as Error);
  });

  it('is unavailable once it is closed, however often', async () => {
    const pool = opened();
    await idOf(pool);
    await pool.close();
    await pool.close();
    await expect(idOf(pool)).rejects.toMatchObject(UNAVAILABLE);
  });
});

/** A way to the server on which both directions can fall silent. */
async function cuttable(url: string) {
  const { hostname, port } = new URL(serverUrl('POSTGRES_TEST_URL'));
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => !silent && to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    silence: (on: boolean) => (silent = on),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
