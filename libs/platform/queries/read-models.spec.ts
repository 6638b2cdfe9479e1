import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { Checkpoints, Ids, ProjectionRunner, type Snapshot, SubscriptionHub } from '@slipway/kernel';
import { eventually, ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import { SubscriptionFixture, TALLIES, tallyProjection } from '@slipway/kernel/testing/subscription-fixture';
import { ReadModels } from './read-models';

const tally = tallyProjection();
const sums = (snapshot: Snapshot) => snapshot.select(TALLIES).then((rows) => rows.map(({ sum }) => sum));

describe('read models', () => {
  let clock: ManualClock;
  let fixture: SubscriptionFixture;
  let runner: ProjectionRunner;
  let models: ReadModels;
  let ending: AbortController;

  beforeEach(() => {
    clock = new ManualClock();
    const store = new MemoryEventStore(clock, new Ids(clock, new SeededRandom('log')));
    fixture = new SubscriptionFixture(store, new SqliteReadStore(':memory:'), clock);
    runner = new ProjectionRunner(tally, fixture.ports);
    const checkpoints = new Checkpoints(new SubscriptionHub([runner]), fixture.readStore, clock);
    models = new ReadModels(fixture.readStore, store, checkpoints, fixture.ports.catalogue, clock);
    ending = new AbortController();
  });
  afterEach(async () => {
    ending.abort();
    await runner.stop();
    await fixture.readStore.close();
  });

  const start = async () => {
    await runner.start(ending.signal);
    await eventually(() => runner.status().caughtUp, 'the projection');
  };
  /** Whether it has answered yet, and how. */
  const watched = <T>(query: Promise<T>) => {
    const seen: { done: boolean; answer?: T; error?: unknown } = { done: false };
    query.then(
      (answer) => Object.assign(seen, { done: true, answer }),
      (error: unknown) => Object.assign(seen, { done: true, error }),
    );
    return seen;
  };

  it('answer with the position that their rows reflect', async () => {
    const position = await fixture.append('a', 1, 2);
    await start();
    expect(await models.from(tally, undefined, sums)).toMatchObject({ body: [3], position });
    expect(await models.from(tally, position, sums)).toMatchObject({ body: [3], position });
  });

  it('wait for the position that a query asks for', async () => {
    await start();
    const query = watched(models.from(tally, 2n, sums));
    await clock.advance(4_000);
    expect(query.done).toBe(false);
    await fixture.append('a', 1, 2);
    await eventually(() => query.done, 'the query');
    expect(query.answer).toMatchObject({ body: [3], position: 2n });
  });

  it('say after five seconds that they are behind', async () => {
    await fixture.append('a', 1);
    await start();
    const query = watched(models.from(tally, 7n, sums));
    await settle();
    await clock.advance(4_999);
    expect(query.done).toBe(false);
    await clock.advance(1);
    await eventually(() => query.done, 'the query');
    expect(query.error).toMatchObject({ code: 'read-model.behind', retryable: true, message: expect.stringMatching(/tally .* 1, not 7/) });
  });

  it('say that they are being rebuilt, with how far they are, until they reached the end of the log once', async () => {
    await fixture.append('a', 1, 2, 3);
    await fixture.readStore.prepare(tally);
    const query = watched(models.from(tally, undefined, sums));
    await settle();
    await clock.advance(5_000);
    await eventually(() => query.done, 'the query');
    expect(query.error).toMatchObject({ code: 'read-model.rebuilding', retryable: true, message: expect.stringMatching(/ 0, not 3 yet/) });
    await start();
    expect(await models.from(tally, undefined, sums)).toMatchObject({ body: [6] });
  });

  it('read as of the head for commands that need a list', async () => {
    await start();
    const before = fixture.append('a', 5);
    await before;
    expect(await models.asOfHead(tally, sums)).toEqual([5]);
  });

  it('need not wait for what says nothing to them, and for everything where that is too much to look through', async () => {
    await fixture.append('a', 5);
    await start();
    await models.asOfHead(tally, sums);
    await runner.stop();
    const others = Array.from({ length: 99 }, () => 'Other');
    await fixture.append('b', ...others);
    expect(await models.asOfHead(tally, sums)).toEqual([5]);
    await fixture.append('b', 'Other');
    const query = watched(models.asOfHead(tally, sums));
    await settle();
    await clock.advance(5_000);
    await eventually(() => query.done, 'the query');
    expect(query.error).toMatchObject({ code: 'read-model.behind', message: expect.stringMatching(/ 1, not 101 yet/) });
  });

  it.each(['Cleared', 'FromTheFuture'])('wait for what concerns them, and for what the code does not know: %s', async (type) => {
    await start();
    await models.asOfHead(tally, sums);
    await runner.stop();
    await fixture.append('a', type);
    const query = watched(models.asOfHead(tally, sums));
    await settle();
    await clock.advance(5_000);
    await eventually(() => query.done, 'the query');
    expect(query.error).toMatchObject({ code: 'read-model.behind' });
  });

  it('read as they stand for what may lag', async () => {
    await fixture.readStore.prepare(tally);
    await fixture.append('a', 5);
    expect(await models.now(tally, sums)).toEqual([]);
  });

  it('answer from folded streams with the head, and wait for a position that the log has yet to reach', async () => {
    await fixture.append('a', 5);
    const load = () => Promise.resolve({ body: 'folded', version: 4 });
    expect(await models.folded(undefined, load)).toEqual({ body: 'folded', position: 1n, version: 4 });
    const query = watched(models.folded(2n, load));
    await clock.advance(100);
    expect(query.done).toBe(false);
    await fixture.append('a', 5);
    await clock.advance(20);
    await eventually(() => query.done, 'the query');
    expect(query.answer).toMatchObject({ position: 2n });
  });

  it('say after five seconds that the log itself is behind', async () => {
    const query = watched(models.folded(99n, () => Promise.resolve({ body: 1 })));
    await clock.advance(4_900);
    expect(query.done).toBe(false);
    await clock.advance(120);
    await eventually(() => query.done, 'the query');
    expect(query.error).toMatchObject({ code: 'read-model.behind', retryable: true });
  });
});
