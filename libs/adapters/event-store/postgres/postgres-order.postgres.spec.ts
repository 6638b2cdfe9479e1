import { type EventBatch, type EventToAppend, Ids, isRetryable, type RecordedEvent, silentLog } from '@slipway/kernel';
import { eventually, SEED, SeededRandom } from '@slipway/kernel/testing';
import { Client } from 'pg';
import { TestChild } from '../../../../test/support/child';
import { freshDatabase, type FreshDatabase } from '../../postgres/fresh-database.fixture';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { PausingWriter } from './pausing-writer.fixture';
import { PostgresEventStore } from './postgres-event-store';

const EVENTS = 1_000;
const STREAMS = ['a', 'b', 'c', 'd', 'e'];
const metadata = { actor: 'test', at: '2026-01-05T08:00:00.000Z', command: 'Append', commandId: 'c', correlationId: 'c', causationId: 'c' };

describe(`the order of a log in PostgreSQL (seed ${SEED})`, () => {
  const clock = new SystemClock();
  const ids = new Ids(clock, new SystemRandom());
  const done = new AbortController();
  let database: FreshDatabase;
  let stores: PostgresEventStore[];
  let reader: Client;

  beforeAll(async () => {
    database = await freshDatabase();
    // Each has connections, a tail and a writer of its own, as another process would.
    stores = Array.from(
      { length: 3 },
      () => new PostgresEventStore({ url: database.url, clock, ids, random: new SystemRandom(), log: silentLog }),
    );
    reader = new Client({ connectionString: database.url });
    await reader.connect();
    await stores[0]!.head();
  });
  afterAll(async () => {
    done.abort();
    await Promise.all([reader.end(), ...stores.map((store) => store.close())]);
    await database.drop();
  });

  /** Appends for ever to streams that others append to as well; gives what was acknowledged. */
  const append = async (store: PostgresEventStore, seed: string, acknowledged: Map<string, bigint>) => {
    const random = new SeededRandom(`${SEED} ${seed}`);
    while (!done.signal.aborted) {
      const events: EventToAppend[] = Array.from({ length: 1 + Math.floor(random.fraction() * 3) }, () => ({
        id: ids.next(),
        type: random.fraction() < 0.2 ? '$Noted' : 'Appended',
        data: { seed },
        metadata,
      }));
      const { position } = await store.append(`shared-${Math.floor(random.fraction() * 4)}`, 'any', events);
      for (const [index, event] of events.entries()) acknowledged.set(event.id, position - BigInt(events.length - 1 - index));
    }
  };

  /** Everything that appears behind what it has seen, as somebody with nothing of ours sees it. */
  const look = async (seen: { position: string; id: string }[]) => {
    while (!done.signal.aborted) {
      const text = 'SELECT position, id FROM slipway_events.events WHERE position > $1 ORDER BY position';
      seen.push(...(await reader.query<{ position: string; id: string }>(text, [seen.at(-1)?.position ?? '0'])).rows);
    }
  };

  const follow = async (store: PostgresEventStore, maxBatch: number, seen: EventBatch[]) => {
    for await (const batch of store.subscribe({ after: 0n, signal: done.signal, maxBatch })) seen.push(batch);
  };

  it('has no gap that is filled later, whoever pauses, gives up or dies while writing; nothing acknowledged is lost', async () => {
    const acknowledged = new Map<string, bigint>();
    const [looked, followed] = [[] as { position: string; id: string }[], stores.map(() => [] as EventBatch[])];
    const pausing = [0, 1, 2].map(
      (index) => new PausingWriter(database.url, `paused-${index}`, new SeededRandom(`${SEED} pausing ${index}`)),
    );
    const child = new TestChild('append-until-killed.ts', database.url);

    const working = Promise.all([
      look(looked),
      ...followed.map((seen, index) => follow(stores[index]!, [1, 7, 500][index]!, seen)),
      ...stores.flatMap((store, index) => [0, 1].map((lane) => append(store, `${index}-${lane}`, acknowledged))),
      ...pausing.map((writer) => writer.appendUntil(() => done.signal.aborted)),
    ]);
    working.catch(() => done.abort());
    await child.printed(100);
    await child.kill();
    const enough = () => looked.length >= EVENTS && pausing.every(({ committed, failures }) => committed.length > 0 && failures > 1);
    await eventually(() => done.signal.aborted || enough(), `${EVENTS} events in the log`);
    const head = await stores[0]!.head();
    await eventually(
      () => followed.every((seen) => (seen.at(-1)?.checkpoint ?? 0n) >= head),
      `every subscription to reach position ${head}`,
    );
    done.abort();
    await working;

    const { rows } = await reader.query<{ position: string; id: string; stream: string; version: number; type: string }>(
      'SELECT position, id, stream, version, type FROM slipway_events.events ORDER BY position',
    );
    // Who looked saw each position once, none that came later than one behind it, and what is stored in the end.
    expect(looked).toEqual(rows.slice(0, looked.length).map(({ position, id }) => ({ position, id })));
    expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => String(index + 1)));

    const stored = new Map(rows.map((row) => [row.id, row]));
    for (const [id, position] of acknowledged) expect(stored.get(id)?.position).toBe(position.toString());
    for (const line of child.lines) {
      const [stream, version, position, id] = line.split(' ');
      expect(stored.get(id!)).toMatchObject({ stream, version: Number(version), position });
    }
    const paused = rows.filter(({ id }) => id.startsWith('pausing-')).map(({ id }) => id);
    expect(paused.toSorted()).toEqual(pausing.flatMap(({ committed }) => committed).toSorted());

    const versions = new Map<string, number[]>();
    for (const { stream, version } of rows) versions.set(stream, [...(versions.get(stream) ?? []), version]);
    expect([...versions.keys()]).toEqual(expect.arrayContaining([...STREAMS, 'shared-0', 'paused-0']));
    for (const list of versions.values()) expect(list).toEqual(list.map((_, index) => index));

    const visible = rows.filter(({ type, position }) => type !== '$Noted' && BigInt(position) <= head).map(({ id }) => id);
    for (const seen of followed) {
      const events: readonly RecordedEvent[] = seen.flatMap((batch) => batch.events).filter((event) => event.position <= head);
      expect(events.map(({ id }) => id)).toEqual(visible);
    }
  });

  it('is held by nobody whose message to the server broke off before its end', async () => {
    const broken = new Client({ connectionString: database.url });
    await broken.connect();
    await new Promise<void>((resolve, reject) => {
      broken.query({
        submit: (connection) => {
          const text = 'CALL slipway_events.append_group($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL)';
          connection.parse({ name: '', text, types: [] }, true);
          connection.bind({ values: ['{cut}', '{-1}', '{1}', '{NULL}', `{${ids.next()}}`, '{Appended}', '{"{}"}', '{"{}"}'] }, true);
          connection.execute({}, true);
          // What says that the statement, and with it the transaction around it, is over is not sent.
          connection.flush();
        },
        handleParseComplete: () => undefined,
        handleDataRow: () => undefined,
        handleCommandComplete: resolve,
        handleError: reject,
      });
    });
    const { position } = await stores[0]!.append('whole', 'none', [{ id: ids.next(), type: 'Appended', data: {}, metadata }]);
    expect(await stores[1]!.readStream('cut')).toMatchObject([{ position: position - 1n }]);
    await broken.end();
  });

  it('is unavailable while somebody holds the log, and goes on where it was', async () => {
    const store = new PostgresEventStore({ url: database.url, clock, ids, random: new SystemRandom(), log: silentLog });
    await reader.query(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET lock_timeout = '200ms'`);
    const head = await store.head();
    await reader.query('BEGIN');
    await reader.query('SELECT FROM slipway_events.log FOR UPDATE');
    const events = [{ id: ids.next(), type: 'Appended', data: {}, metadata }];
    const refused: unknown = await store.append('held', 'none', events).catch((error: unknown) => error);
    expect(isRetryable(refused)).toBe(true);
    expect(await store.head()).toBe(head);
    await reader.query('ROLLBACK');
    expect(await store.append('held', 'none', events)).toMatchObject({ version: 0 });
    await store.close();
  });
});
