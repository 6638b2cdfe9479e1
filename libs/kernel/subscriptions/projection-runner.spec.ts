import {
  Ids,
  InfrastructureError,
  ProjectionRunner,
  type Projection,
  type RecordedEvent,
  type RowChange,
  type Schema,
  type Snapshot,
} from '@slipway/kernel';
import { ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import { SubscriptionFixture, TALLIES, tallyProjection, type Tally } from '@slipway/kernel/testing/subscription-fixture';
import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';

const WAIT = 60_000;

/** A read store whose next commits can be made to fail, before or after they took effect. */
class FailingReadStore extends SqliteReadStore {
  failures: { error: unknown; after?: boolean }[] = [];

  reads = 0;

  override async read<T>(schema: Schema, reader: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    this.reads += 1;
    return super.read(schema, reader);
  }

  override async commit(...args: Parameters<SqliteReadStore['commit']>): Promise<void> {
    const failure = this.failures.shift();
    if (failure && !failure.after) throw failure.error;
    await super.commit(...args);
    if (failure) throw failure.error;
  }
}

const away = new InfrastructureError('read-store.unavailable', 'the disk is full', true);

describe('a projection runner', () => {
  const ending = new AbortController();
  let store: FailingReadStore;
  let f: SubscriptionFixture;
  let runner: ProjectionRunner;

  beforeEach(() => {
    const clock = new ManualClock();
    store = new FailingReadStore(':memory:');
    f = new SubscriptionFixture(new MemoryEventStore(clock, new Ids(clock, new SeededRandom(1))), store, clock);
  });
  afterEach(async () => {
    await runner.stop();
    await store.close();
  });

  const run = async (projection: Projection = tallyProjection(), options = {}) => {
    runner = new ProjectionRunner(projection, f.ports, options);
    await runner.start(ending.signal);
  };
  const tallies = async (projection: Projection = tallyProjection()) => {
    const rows = await store.read(projection, (s) => s.select<Tally>(TALLIES));
    return rows.map(({ stream, sum }) => `${stream}=${sum}`).join(' ');
  };
  const until = async (condition: () => boolean) => {
    for (let turn = 0; turn < 1_000 && !condition(); turn += 1) await settle(1);
    expect(condition()).toBe(true);
  };

  it('folds history, then what happens, and says when it has caught up', async () => {
    const past = await f.append('a', 1, 2, 'Other', 3);
    await run(tallyProjection(), { maxBatch: 2 });
    expect(await runner.waitFor(past, WAIT)).toBe(true);
    expect(await tallies()).toBe('a=6');
    const live = await f.append('b', 5, 'Other');
    expect(await runner.waitFor(live, WAIT)).toBe(true);
    expect(await tallies()).toBe('a=6 b=5');
    await until(() => runner.status().caughtUp);
    expect(runner.status()).toEqual({ name: 'tally@1', kind: 'projection', state: 'running', position: live, caughtUp: true });
  });

  it('goes on from its checkpoint, and moves it over events that it does not handle', async () => {
    await run();
    await runner.waitFor(await f.append('a', 1), WAIT);
    await runner.stop();
    expect(runner.status().state).toBe('stopped');
    const missed = await f.append('a', 10, 'Other');
    await run();
    expect(await runner.waitFor(missed, WAIT)).toBe(true);
    expect([await tallies(), (await store.checkpoint('tally@1'))?.position]).toEqual(['a=11', missed]);
  });

  it('deletes rows, also those of the same batch', async () => {
    const last = await f.append('a', 1, 'Cleared');
    await f.append('b', 1);
    await run();
    await runner.waitFor(last, WAIT);
    expect(await tallies()).toBe('b=1');
  });

  it('says false when a position is not reached in time', async () => {
    await run();
    const waiting = runner.waitFor(99n, 1_000);
    await f.clock.advance(1_000);
    expect(await waiting).toBe(false);
  });

  it('stands still at an event that it cannot apply, keeps what came before, and goes on once it can', async () => {
    let broken = true;
    const projection = tallyProjection(1, (event: RecordedEvent) => {
      if (broken && event.stream === 'bad') throw new Error('no such cell');
    });
    const good = await f.append('a', 1, 2);
    await run(projection);
    await until(() => runner.status().caughtUp);
    const bad = await f.append('bad', 5);
    const last = await f.append('a', 4);
    await runner.waitFor(good, WAIT);
    await until(() => runner.status().state === 'stuck');
    expect(runner.status()).toMatchObject({
      position: good,
      caughtUp: false,
      error: { message: 'no such cell', since: '2026-01-05T08:00:00.000Z', event: { position: bad, stream: 'bad', type: 'Counted' } },
    });
    expect(await tallies(projection)).toBe('a=3');
    const never = runner.reaches(last);
    await f.clock.advance(30_000);
    expect(await never).toBe(false);
    expect(runner.status()).toMatchObject({ state: 'stuck', error: { since: '2026-01-05T08:00:00.000Z' } });
    broken = false;
    await f.clock.advance(30_000);
    expect(await runner.reaches(last)).toBe(true);
    expect(await tallies(projection)).toBe('a=7 bad=5');
    expect(runner.status().error).toBeUndefined();
  });

  it('keeps nothing of an event that fails half-way in the middle of a batch', async () => {
    const projection = tallyProjection(1, (event: RecordedEvent) => {
      if (event.position === 3n) throw new Error('no such cell');
    });
    await f.append('a', 1, 2, 4, 8);
    await run(projection);
    await until(() => runner.status().state === 'stuck');
    expect([await tallies(projection), runner.status().position, runner.status().caughtUp]).toEqual(['a=3', 2n, false]);
  });

  it('never passes an event that its code does not know', async () => {
    await f.append('a', 1);
    await f.append('a', 'FromTheFuture', 2);
    await run();
    await until(() => runner.status().state === 'stuck');
    expect(runner.status()).toMatchObject({ position: 1n, error: { code: 'event.unknown' } });
    expect(await tallies()).toBe('a=1');
  });

  it('names the very event whose rows the store refuses', async () => {
    const good = await f.append('a', 1);
    const bad = await f.append('b', 0.5);
    await f.append('c', 1);
    await run();
    await until(() => runner.status().state === 'stuck');
    expect(runner.status()).toMatchObject({ position: good, error: { event: { position: bad, stream: 'b' } } });
    expect(await tallies()).toBe('a=1');
  });

  it('waits for a store that is away, and counts nothing twice when an answer was lost', async () => {
    await f.append('a', 1);
    store.failures = [{ error: away }, { error: away, after: true }, { error: away }];
    await run();
    await until(() => runner.status().state === 'retrying');
    expect(runner.status().error).toMatchObject({ code: 'read-store.unavailable', message: 'the disk is full' });
    await f.clock.advance(1_000);
    const last = await f.append('a', 2);
    expect(await runner.waitFor(last, WAIT)).toBe(true);
    expect(await tallies()).toBe('a=3');
    expect(runner.status()).toMatchObject({ state: 'running', position: last });
  });

  it('lets go when another process moved its checkpoint, and changes nothing', async () => {
    await run();
    const first = await f.append('a', 1);
    await runner.waitFor(first, WAIT);
    const logId = await f.eventStore.logId();
    await store.commit('tally@1', { logId, position: first }, { logId, position: first + 1n }, []);
    await f.append('a', 1, 1);
    await until(() => runner.status().state === 'displaced');
    expect(await tallies()).toBe('a=1');
    await run();
    await runner.waitFor(first + 2n, WAIT);
    expect(await tallies()).toBe('a=2');
  });

  it('asks the store for a row once, until somebody else may have written it', async () => {
    await run();
    await runner.waitFor(await f.append('a', 1), WAIT);
    const { reads } = store;
    await runner.waitFor(await f.append('a', 2), WAIT);
    await runner.waitFor(await f.append('a', 4, 'Cleared'), WAIT);
    await runner.waitFor(await f.append('a', 8), WAIT);
    expect([await tallies(), store.reads - reads]).toEqual(['a=8', 1]);
    await runner.stop();
    const position = runner.status().position;
    const to = { logId: await f.eventStore.logId(), position: await f.append('a', 'Other') };
    const change: RowChange = { table: TALLIES, key: ['a'], row: { stream: 'a', sum: 100, last: to.position } };
    await store.commit('tally@1', { ...to, position }, to, [change]);
    await run();
    await runner.waitFor(await f.append('a', 1), WAIT);
    expect(await tallies()).toBe('a=101');
  });

  it('forgets the rows of a batch that was not saved', async () => {
    await run();
    await runner.waitFor(await f.append('a', 1), WAIT);
    store.failures = [{ error: new Error('no such table') }];
    const next = await f.append('a', 2);
    await until(() => runner.status().state === 'stuck');
    await f.clock.advance(30_000);
    await runner.waitFor(next, WAIT);
    expect(await tallies()).toBe('a=3');
  });

  it.each([
    ['of another log', 'another-log', 1n, 'projection.checkpoint-foreign'],
    ['ahead of the log', undefined, 9n, 'projection.checkpoint-ahead'],
  ])('refuses to start from a checkpoint %s, and names the remedy', async (_, foreign, position, code) => {
    await f.append('a', 1);
    const to = { logId: foreign ?? (await f.eventStore.logId()), position };
    await store.commit('tally@1', undefined, to, []);
    await expect(run()).rejects.toMatchObject({ code, retryable: false, message: expect.stringContaining('delete the read store') });
    expect(runner.status()).toMatchObject({ state: 'refused', error: { code } });
    expect(await store.checkpoint('tally@1')).toEqual(to);
  });

  it('starts again although the log ends with system events', async () => {
    const position = await f.append('a', 1);
    await f.append('command-1', '$CommandClaimed');
    await run();
    await runner.waitFor(position, WAIT);
    await f.append('command-2', '$CommandClaimed');
    await settle();
    await runner.stop();
    await run();
    expect(await runner.waitFor(await f.append('a', 1), WAIT)).toBe(true);
    expect(await tallies()).toBe('a=2');
  });

  it('keeps two versions of a projection side by side', async () => {
    const second: Projection = { ...tallyProjection(2), tables: [{ ...TALLIES }] };
    const other = new ProjectionRunner({ ...tallyProjection(2) }, f.ports);
    const last = await f.append('a', 1);
    await run();
    await other.start(ending.signal);
    await Promise.all([runner.waitFor(last, WAIT), other.waitFor(last, WAIT)]);
    expect([await tallies(), await tallies(second)]).toEqual(['a=1', 'a=1']);
    await other.stop();
  });
});
