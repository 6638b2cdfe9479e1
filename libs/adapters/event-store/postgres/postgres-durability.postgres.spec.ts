import { type EventToAppend, Ids, type RecordedEvent, silentLog } from '@slipway/kernel';
import { ManualClock } from '@slipway/kernel/testing';
import { Client, escapeIdentifier } from 'pg';
import { freshDatabase, type FreshDatabase } from '../../postgres/fresh-database.fixture';
import { SystemRandom } from '../../runtime/system-random';
import { PostgresEventStore } from './postgres-event-store';

const clock = new ManualClock();
const random = new SystemRandom();
const ids = new Ids(clock, random);
const metadata = { actor: 'test', at: clock.timestamp(), command: 'Append', commandId: 'c', correlationId: 'c', causationId: 'c' };
const event = (data: object = {}, type = 'Appended'): EventToAppend => ({ id: ids.next(), type, data, metadata });
const events = (count: number, data?: object, type?: string) => Array.from({ length: count }, () => event(data, type));
const WEEK = 7 * 86_400;

describe('postgres event store', () => {
  let database: FreshDatabase;
  let operator: Client;
  let opened: PostgresEventStore[];
  let store: PostgresEventStore;

  const open = (url = database.url) => {
    const another = new PostgresEventStore({ url, clock, ids, random, log: silentLog });
    opened.push(another);
    return another;
  };
  beforeAll(async () => {
    database = await freshDatabase();
    operator = new Client({ connectionString: database.url });
    await operator.connect();
  });
  afterAll(async () => {
    await operator.end();
    await database.drop();
  });
  beforeEach(() => {
    opened = [];
    store = open();
  });
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await operator.query('DROP SCHEMA IF EXISTS slipway_events CASCADE');
  });

  /** Two appends of a process: the second is written after what the first one did in passing. */
  const forgetting = async (by: PostgresEventStore, options?: { keepForSeconds: number }) => {
    await by.append(`passing-${ids.next()}`, 'none', [event({}, '$Passing')], options);
    return by.append(`passing-${ids.next()}`, 'none', [event({}, '$Passing')]);
  };

  it('is made once, whoever starts at the same time', async () => {
    const all = Array.from({ length: 6 }, () => open());
    const logIds = await Promise.all(all.map((one) => one.logId()));
    expect(new Set(logIds).size).toBe(1);
    await Promise.all(all.map((one, index) => one.append(`s-${index}`, 'none', [event()])));
    expect(await store.head()).toBe(6n);
  });

  it('of a newer format is refused with the remedy', async () => {
    await store.logId();
    await operator.query('UPDATE slipway_events.formats SET format = 2');
    await expect(open().head()).rejects.toMatchObject({
      code: 'event-store.newer',
      retryable: false,
      message: expect.stringMatching(/has format 2, this Slipway knows up to 1: start the newer/) as string,
    });
  });

  it('is not made in a database that cannot hold every text', async () => {
    const url = new URL(database.url);
    url.pathname += '_ascii';
    const name = escapeIdentifier(url.pathname.slice(1));
    await operator.query(`CREATE DATABASE ${name} ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'`);
    await expect(open(url.href).head()).rejects.toThrow(
      /has the encoding SQL_ASCII, which cannot hold every text: create one with ENCODING UTF8/,
    );
    await operator.query(`DROP DATABASE ${name} WITH (FORCE)`);
  });

  it('commits what arrives in one turn together, up to the size of a group', async () => {
    const transactions = async () => (await operator.query('SELECT DISTINCT xmin FROM slipway_events.events')).rowCount;
    await Promise.all(Array.from({ length: 50 }, (_, index) => store.append(`s-${index}`, 'none', [event()])));
    expect(await transactions()).toBe(1);
    const text = 'x'.repeat(500_000);
    await Promise.all(Array.from({ length: 16 }, (_, index) => store.append(`large-${index}`, 'none', [event({ text })])));
    expect(await transactions()).toBe(3);
  });

  it('waits for the disk although the database says that nobody should', async () => {
    const name = escapeIdentifier(new URL(database.url).pathname.slice(1));
    await operator.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    await store.logId();
    await operator.query(`
      CREATE TABLE seen (setting text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
      CREATE TRIGGER note AFTER INSERT ON slipway_events.events EXECUTE FUNCTION note();`);
    await store.append('s', 'none', [event()]);
    expect((await operator.query('SELECT * FROM seen')).rows).toEqual([{ setting: 'on' }]);
    await operator.query(`ALTER DATABASE ${name} RESET synchronous_commit`);
  });

  it('stores an event id once, whatever version is expected, and keeps the neighbours of a refused append', async () => {
    const [first, second] = [event(), event()];
    const original = await store.append('s', 'none', [first, second]);
    expect(await store.append('s', 'any', [first, second])).toEqual(original);
    expect(await open().append('s', 'exists', [first, second])).toEqual(original);

    const results = await Promise.allSettled([
      store.append('s', 1, [event(), first, event()]),
      store.append('other', 'none', [second]),
      store.append('twice', 'any', [first, first]),
      store.append('neighbour', 'none', [event()]),
      store.append('s', 1, [event()]),
      store.append('s', 1, [event()]),
    ]);
    const taken = { status: 'rejected', reason: { code: 'event-store.event-id-taken', retryable: false } };
    const late = { status: 'rejected', reason: { name: 'WrongExpectedVersion', actual: 2 } };
    expect(results).toMatchObject([taken, taken, taken, { status: 'fulfilled' }, { value: { version: 2 } }, late]);
    expect(await store.readStream('s')).toHaveLength(3);
    expect(await store.readStream('other')).toEqual([]);
    expect((await store.readAll({ after: 0n })).map(({ position }) => position)).toEqual([1n, 2n, 3n, 4n]);
  });

  it.each([
    ['that is empty', ''],
    ['with U+0000', 'cut\u0000here'],
    ['with half a character', 'half\ud800pair'],
    ['of more than 2,000 bytes', 'long'.repeat(501)],
  ])('refuses a name %s, which would not come back or not fit, at no cost to its neighbours; as data it is welcome', async (_, name) => {
    const results = await Promise.allSettled([
      store.append(name, 'none', [event()]),
      store.append('s', 'none', [{ ...event(), id: name }]),
      store.append('neighbour', 'none', [event({ [name]: name })]),
    ]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect((await store.readStream('neighbour'))[0]?.data).toEqual({ [name]: name });
    expect(await store.readAll({ after: 0n })).toHaveLength(1);
  });

  it('says which event is none any more', async () => {
    await store.append('s', 'none', [event(), event()]);
    await operator.query(`UPDATE slipway_events.events SET data = '{"cut":' WHERE version = 1`);
    await expect(store.readStream('s')).rejects.toMatchObject({
      name: 'UnreadableEvent',
      place: { position: 2n, stream: 's', version: 1 },
    });
    expect(await store.readStream('s', { limit: 1 })).toHaveLength(1);
  });

  it('forgets a system stream that long after its last append, with an append an hour later or the first of a process', async () => {
    await store.append('claim-1', 'none', [event({}, '$Claimed')], { keepForSeconds: WEEK });
    await store.append('claim-2', 'none', [event({}, '$Claimed')], { keepForSeconds: WEEK });
    await store.append('for-ever', 'none', [event({}, '$Noted')]);
    await clock.advance(3_600_000);
    await store.append('claim-2', 0, [event({}, '$Closed')], { keepForSeconds: WEEK });

    await clock.advance((WEEK - 1_800) * 1_000);
    await forgetting(open());
    expect(await store.readStream('claim-1')).toEqual([]);
    expect(await store.readStream('claim-2')).toHaveLength(2);
    expect(await store.readStream('for-ever')).toHaveLength(1);

    await clock.advance(3_600_000);
    const last = await forgetting(store);
    expect(await store.readStream('claim-2')).toEqual([]);
    expect(await store.append('claim-2', 'none', [event({}, '$Claimed')])).toMatchObject({ version: 0, position: last.position + 1n });
  });

  it('never gives out the position of a forgotten event again', async () => {
    await store.append('s', 'none', [event()]);
    const { position } = await store.append('claim', 'none', [event({}, '$Claimed')], { keepForSeconds: 1 });
    await clock.advance(2_000);
    // What is appended here expires at once, and goes as well: nothing of the log's end is left.
    await forgetting(open(), { keepForSeconds: 0 });
    expect((await operator.query('SELECT FROM slipway_events.events')).rowCount).toBe(2);
    expect((await store.append('s', 0, [event()])).position).toBe(position + 3n);
    expect(await store.head()).toBe(position + 3n);
  });

  it('gives those who follow at the end one frozen object each event, and those far behind the same from the server', async () => {
    const stop = new AbortController();
    const follow = (from: PostgresEventStore) => from.subscribe({ after: 0n, signal: stop.signal })[Symbol.asyncIterator]();
    const live = [store, store, open()].map(follow);
    await Promise.all(live.map((one) => one.next()));
    await store.append('s', 'none', [event({ nested: { list: [{ deep: 1 }] } })]);
    const [one, other, elsewhere] = await Promise.all(live.map(async (each) => ((await each.next()).value!.events as RecordedEvent[])[0]!));
    expect(other).toBe(one);
    expect(elsewhere).toEqual(one);
    expect(() => ((one!.data as { nested: { list: { deep: number }[] } }).nested.list[0]!.deep = 2)).toThrow(TypeError);

    for (let round = 0; round < 6; round += 1) await store.append('many', 'any', events(1_000));
    await store.append('noise', 'any', events(1_000, {}, '$Noise'));
    const end = (await store.append('many', 'any', [event()])).position;
    const behind: RecordedEvent[] = [];
    for await (const batch of store.subscribe({ after: 0n, signal: stop.signal, maxBatch: 999 })) {
      behind.push(...batch.events);
      if (batch.checkpoint >= end) break;
    }
    expect(behind[0]).toEqual(one);
    expect(behind).toEqual(await store.readAll({ after: 0n, limit: 10_000 }));
    stop.abort();
  });

  it('writes what was asked for before it closes, ends its subscriptions, and is unavailable then', async () => {
    const waiting = (async () => {
      for await (const batch of store.subscribe({ after: 0n, signal: new AbortController().signal })) void batch;
      return 'ended';
    })();
    const asked = Array.from({ length: 3 }, (_, index) => store.append(`s-${index}`, 'none', [event()]));
    await Promise.all([store.close(), store.close()]);
    await Promise.all(asked);
    expect(await waiting).toBe('ended');
    await expect(store.append('s', 'any', [event()])).rejects.toMatchObject({ code: 'event-store.unavailable', retryable: true });
    await expect(store.readStream('s-0')).rejects.toMatchObject({ code: 'event-store.unavailable' });
    expect(await open().readAll({ after: 0n })).toHaveLength(3);
  });
});
