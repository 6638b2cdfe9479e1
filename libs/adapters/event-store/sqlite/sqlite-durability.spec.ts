import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventToAppend, Ids, type RecordedEvent } from '@slipway/kernel';
import { ManualClock, SeededRandom } from '@slipway/kernel/testing';
import Database from 'libsql';
import { TestChild } from '../../../../test/support/child';
import { openEventFile } from './event-file';
import { SqliteEventStore } from './sqlite-event-store';

const clock = new ManualClock();
const ids = new Ids(clock, new SeededRandom('durability'));
const metadata = { actor: 'test', at: clock.timestamp(), command: 'Append', commandId: 'c', correlationId: 'c', causationId: 'c' };
const event = (data: object = {}, type = 'Appended'): EventToAppend => ({ id: ids.next(), type, data, metadata });
const WEEK = 7 * 86_400;

describe('sqlite event store', () => {
  let folder: string;
  let file: string;
  let db: Database.Database;
  let store: SqliteEventStore;

  const open = () => {
    db = openEventFile(file, () => ids.next());
    store = new SqliteEventStore(db, file, clock);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-durable-'));
    file = join(folder, 'events.db');
    open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const reopen = async () => {
    await store.close();
    open();
  };

  it('keeps every acknowledged event of a process that is killed, with dense versions', async () => {
    await store.close();
    const child = new TestChild('append-until-killed.ts', file);
    await child.printed(500);
    await child.kill();
    open();

    const stored = new Map<string, RecordedEvent>();
    for (const stream of ['a', 'b', 'c', 'd', 'e']) {
      const events = await store.readStream(stream, { limit: 1_000_000 });
      expect(events.map((one) => one.version)).toEqual(events.map((_, index) => index));
      // An append is whole or not there.
      expect(events.length % 2).toBe(0);
      for (const one of events) stored.set(`${stream} ${one.version}`, one);
    }
    for (const line of child.lines) {
      const [stream, version, position, id] = line.split(' ');
      const found = stored.get(`${stream} ${version}`);
      expect({ id: found?.id, position: found?.position.toString() }).toEqual({ id, position });
      expect(found?.data).toEqual({ stream, version: Number(version), filling: 'x'.repeat(300) });
    }
    await store.append('a', 'exists', [event()]);
  });

  it('commits what arrives in one turn together', async () => {
    const started = db.prepare('SELECT count(*) AS n FROM events').raw();
    const counts: unknown[] = [];
    const appends = Array.from({ length: 50 }, (_, index) => store.append(`s-${index}`, 'none', [event()]));
    for (const append of appends) counts.push(await append.then(() => started.get([])));
    expect(counts).toEqual(counts.map(() => [50]));
  });

  it('refuses a whole group when the disk is full, keeps nothing of it, and works again when there is room', async () => {
    await store.append('kept', 'none', [event(), event()]);
    const head = await store.head();
    const pages = (db.pragma('page_count') as { page_count: number }[])[0]!.page_count;
    db.pragma(`max_page_count = ${pages + 4}`);
    const group = Array.from({ length: 20 }, (_, index) => ({
      stream: `s-${index}`,
      events: [event({ text: 'x'.repeat(3_000) }), event()],
    }));
    const send = () => Promise.allSettled(group.map(({ stream, events }) => store.append(stream, 'none', events)));

    for (const result of await send()) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'event-store.unavailable', retryable: true } });
    }
    const alone = store.append('alone', 'none', [event({ text: 'x'.repeat(100_000) })]);
    await expect(alone).rejects.toThrow(
      new RegExp(`the event store ${file} failed: database or disk is full \\(SQLITE_FULL\\): free space`),
    );
    expect(await store.head()).toBe(head);
    expect(await store.readAll({ after: 0n })).toHaveLength(2);
    expect(await store.readStream('s-0')).toEqual([]);

    db.pragma('max_page_count = 1000000');
    // The outcome was unknown to the callers, so they send the same again, twice even.
    const first = await send();
    expect(first.map((result) => result.status)).toEqual(group.map(() => 'fulfilled'));
    expect(await send()).toEqual(first);
    expect(await store.append('kept', 1, [event()])).toMatchObject({ version: 2 });
    expect(await store.readAll({ after: head })).toHaveLength(41);
  });

  it('is unavailable while another process writes the file, and works again afterwards', async () => {
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    for (const events of [[event()], [event(), event()]]) {
      await expect(store.append('s', 'none', events)).rejects.toMatchObject({ code: 'event-store.unavailable', retryable: true });
    }
    other.exec('ROLLBACK');
    other.close();
    expect(await store.append('s', 'none', [event()])).toMatchObject({ version: 0 });
  });

  it('stores an event id once, whatever version is expected, and keeps the neighbours of a refused append', async () => {
    const [first, second] = [event(), event()];
    const original = await store.append('s', 'none', [first, second]);
    expect(await store.append('s', 'any', [first, second])).toEqual(original);

    const results = await Promise.allSettled([
      store.append('s', 1, [event(), first, event()]),
      store.append('other', 'none', [second]),
      store.append('twice', 'any', [first, first]),
      store.append('neighbour', 'none', [event()]),
      store.append('s', 1, [event()]),
    ]);
    const taken = { status: 'rejected', reason: { code: 'event-store.event-id-taken', retryable: false } };
    expect(results).toMatchObject([taken, taken, taken, { status: 'fulfilled' }, { value: { version: 2 } }]);
    expect(await store.readStream('s')).toHaveLength(3);
    expect(await store.readStream('other')).toEqual([]);
    expect(await store.readAll({ after: 0n })).toHaveLength(4);
  });

  it.each(['', 'cut\u0000here', 'half\ud800pair'])(
    'refuses the name %j, which would come back as another, at no cost to its neighbours',
    async (name) => {
      const results = await Promise.allSettled([
        store.append(name, 'none', [event()]),
        store.append('s', 'none', [{ ...event(), id: name }]),
        store.append('s', 'none', [event({}, name)]),
        store.append('neighbour', 'none', [event({ [name]: name })]),
      ]);
      expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
      expect((await store.readStream('neighbour'))[0]?.data).toEqual({ [name]: name });
      expect(await store.readAll({ after: 0n })).toHaveLength(1);
    },
  );

  it('forgets a system stream that long after its last append, at the next start or an hour later', async () => {
    await store.append('claim-1', 'none', [event({}, '$Claimed')], { keepForSeconds: WEEK });
    await store.append('claim-2', 'none', [event({}, '$Claimed')], { keepForSeconds: WEEK });
    await store.append('for-ever', 'none', [event({}, '$Noted')]);
    await clock.advance(3_600_000);
    const last = await store.append('claim-2', 0, [event({}, '$Closed')], { keepForSeconds: WEEK });

    await clock.advance((WEEK - 1_800) * 1_000);
    await reopen();
    expect(await store.readStream('claim-1')).toEqual([]);
    expect(await store.readStream('claim-2')).toHaveLength(2);
    expect(await store.readStream('for-ever')).toHaveLength(1);

    await clock.advance(3_600_000);
    await store.append('s', 'none', [event()]);
    expect(await store.readStream('claim-2')).toEqual([]);
    expect(await store.append('claim-2', 'none', [event({}, '$Claimed')])).toMatchObject({ version: 0, position: last.position + 2n });
  });

  it('never gives out the position of a forgotten event again', async () => {
    const { position } = await store.append('claim', 'none', [event({}, '$Claimed')], { keepForSeconds: 1 });
    await clock.advance(2_000);
    await reopen();
    expect(await store.readStream('claim')).toEqual([]);
    await reopen();
    const next = await store.append('s', 'none', [event()]);
    expect(next.position).toBeGreaterThan(position);
    expect(await store.readAll({ after: position })).toHaveLength(1);
  });

  it('refuses to forget streams that are no system streams', async () => {
    await expect(store.append('s', 'none', [event()], { keepForSeconds: 1 })).rejects.toThrow('only system events');
  });

  it('gives subscribers at the head one frozen object each event, and those far behind the same from the file', async () => {
    const [start, stop] = [await store.head(), new AbortController()];
    const live = store.subscribe({ after: start, signal: stop.signal })[Symbol.asyncIterator]();
    await live.next();
    await store.append('s', 'none', [event({ nested: { list: [{ deep: 1 }] } })]);
    const [seen] = (await live.next()).value!.events as RecordedEvent[];
    const data = seen!.data as { nested: { list: { deep: number }[] } };
    expect(() => (data.nested.list[0]!.deep = 2)).toThrow(TypeError);
    // More than the tail holds, in large events and in many.
    for (let round = 0; round < 6; round += 1)
      await store.append(
        'large',
        'any',
        Array.from({ length: 1_000 }, () => event({ text: 'x'.repeat(round * 100) })),
      );
    for (let round = 0; round < 20; round += 1) await store.append('larger', 'any', [event({ text: 'x'.repeat(990_000) })]);
    const end = await store.head();
    const behind: RecordedEvent[] = [];
    for await (const batch of store.subscribe({ after: start, signal: stop.signal, maxBatch: 999 })) {
      behind.push(...batch.events);
      if (batch.checkpoint >= end) break;
    }
    expect(behind[0]).toEqual(seen);
    expect(behind).toEqual(await store.readAll({ after: start, limit: 10_000 }));
    stop.abort();
  });

  it('passes long runs of system events in steps, without a gap', async () => {
    const start = await store.head();
    for (let round = 0; round < 45; round += 1)
      await store.append(
        'noise',
        'any',
        Array.from({ length: 1_000 }, () => event({}, '$Noise')),
      );
    const { position } = await store.append('s', 'none', [event()]);
    await reopen();
    const batches = [];
    for await (const batch of store.subscribe({ after: start, signal: new AbortController().signal })) {
      batches.push(batch);
      if (batch.caughtUp) break;
    }
    expect(batches.length).toBeGreaterThan(2);
    expect(batches.flatMap((batch) => batch.events.map((one) => one.position))).toEqual([position]);
  });

  it('writes what was asked for before it closes, ends its subscriptions, and is unavailable then', async () => {
    const waiting = (async () => {
      for await (const batch of store.subscribe({ after: 0n, signal: new AbortController().signal })) void batch;
      return 'ended';
    })();
    const asked = Array.from({ length: 3 }, (_, index) => store.append(`s-${index}`, 'none', [event()]));
    await store.close();
    await Promise.all(asked);
    expect(await waiting).toBe('ended');
    await expect(store.append('s', 'any', [event()])).rejects.toMatchObject({ code: 'event-store.unavailable', retryable: true });
    await expect(store.readStream('s-0')).rejects.toMatchObject({ code: 'event-store.unavailable' });
    open();
    expect(await store.readAll({ after: 0n })).toHaveLength(3);
  });
});
