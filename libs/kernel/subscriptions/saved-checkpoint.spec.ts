import { Ids, InfrastructureError, ProjectionRunner, type Reactor, ReactorRunner } from '@slipway/kernel';
import { ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import { SubscriptionFixture, tallyProjection } from '@slipway/kernel/testing/subscription-fixture';
import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';

const WAIT = 60_000;
const away = new InfrastructureError('read-store.unavailable', 'the disk is full', true);

/** A read store that tells where checkpoints went, and fails as long as it is told to. */
class ToldReadStore extends SqliteReadStore {
  readonly moves: bigint[] = [];
  failure: unknown;

  override async commit(...args: Parameters<SqliteReadStore['commit']>): Promise<void> {
    await settle(1);
    if (this.failure) throw this.failure as Error;
    await super.commit(...args);
    this.moves.push(args[2].position);
  }
}

describe('the checkpoint of a subscription', () => {
  const ending = new AbortController();
  let store: ToldReadStore;
  let f: SubscriptionFixture;
  let handled: string[];
  let runner: ProjectionRunner | ReactorRunner;

  beforeEach(() => {
    const clock = new ManualClock();
    store = new ToldReadStore(':memory:');
    f = new SubscriptionFixture(new MemoryEventStore(clock, new Ids(clock, new SeededRandom(1))), store, clock);
    handled = [];
  });
  afterEach(async () => {
    store.failure = undefined;
    await runner.stop();
    await store.close();
  });

  const reactor: Reactor = { name: 'note', startsAt: 'beginning', on: { Counted: ({ stream }) => [{ name: 'Note', data: { stream } }] } };
  const note = ({ data }: { data: object }) => Promise.resolve(void handled.push((data as { stream: string }).stream));
  const projecting = async () => {
    runner = new ProjectionRunner(tallyProjection(), f.ports);
    await runner.start(ending.signal);
    await settle();
  };
  const reacting = async () => {
    runner = new ReactorRunner(reactor, note, f.ports);
    await runner.start(ending.signal);
    await settle();
  };
  const until = async (condition: () => boolean) => {
    for (let turn = 0; turn < 1_000 && !condition(); turn += 1) await settle(1);
    expect(condition()).toBe(true);
  };

  it('moves with the rows of a projection at once', async () => {
    await projecting();
    const position = await f.append('a', 1);
    await until(() => store.moves.includes(position));
  });

  it.each([
    ['a projection passes over', projecting],
    ['a reactor has handled', reacting],
  ])('moves over what %s within 50 ms, all of it in one go', async (_, run) => {
    await run();
    await f.append('a', 'Other', 'Other');
    await settle(20);
    const last = await f.append('a', 'Other');
    await until(() => runner.status().position === last);
    await f.clock.advance(49);
    expect(store.moves).toEqual([]);
    await f.clock.advance(1);
    await until(() => store.moves.length > 0);
    expect(store.moves).toEqual([last]);
  });

  it('moves at once for whoever waits for it, before or behind the event', async () => {
    await projecting();
    const waiting = runner.waitFor(2n, WAIT);
    await f.append('a', 'Other', 'Other');
    expect(await waiting).toBe(true);
    const later = await f.append('a', 'Other');
    await until(() => runner.status().position === later);
    expect(store.moves).not.toContain(later);
    expect(await runner.waitFor(later, WAIT)).toBe(true);
    expect(store.moves).toContain(later);
  });

  it('is saved when the subscription stops', async () => {
    await reacting();
    const last = await f.append('a', 1);
    await until(() => handled.length === 1);
    await runner.stop();
    expect([store.moves.at(-1), (await store.checkpoint('note'))?.position]).toEqual([last, last]);
  });

  it('never moves back, whatever waits for its turn', async () => {
    await projecting();
    await f.append('a', 'Other');
    await settle(20);
    await f.append('a', 1, 'Other', 2);
    await f.clock.advance(100);
    await until(() => store.moves.at(-1) === 4n);
    expect(store.moves).toEqual([...store.moves].sort((one, other) => Number(one - other)));
    expect(new Set(store.moves).size).toBe(store.moves.length);
  });

  it('that cannot be saved lets no more be done than what was at hand, and says so until it can', async () => {
    await reacting();
    store.failure = away;
    await f.append('a', 1);
    await f.clock.advance(50);
    await until(() => runner.status().state === 'retrying');
    await f.append('b', 1);
    await settle(50);
    expect(handled).toEqual(['a']);
    expect(runner.status()).toMatchObject({ state: 'retrying', caughtUp: false, error: { code: 'read-store.unavailable' } });
    store.failure = undefined;
    await f.clock.advance(100);
    await until(() => handled.length === 2);
    expect(await runner.waitFor(2n, WAIT)).toBe(true);
    expect(runner.status()).toMatchObject({ state: 'running', position: 2n });
    expect(runner.status().error).toBeUndefined();
  });

  it('that the store refuses for good is tried again every 30 s, and nothing is handled meanwhile', async () => {
    await reacting();
    store.failure = new Error('no such table');
    await f.append('a', 1);
    await f.clock.advance(50);
    await until(() => runner.status().state === 'stuck');
    await f.append('b', 1);
    await f.clock.advance(29_999);
    expect([handled, runner.status().state]).toEqual([['a'], 'stuck']);
    store.failure = undefined;
    await f.clock.advance(1);
    await until(() => handled.length === 2);
    expect(await runner.waitFor(2n, WAIT)).toBe(true);
  });

  it('that somebody else has moved ends the subscription, though nothing happens any more', async () => {
    await reacting();
    const first = await f.append('a', 1);
    await until(() => handled.length === 1);
    const logId = await f.eventStore.logId();
    await store.commit('note', undefined, { logId, position: first }, []);
    const waiting = runner.waitFor(first, WAIT);
    await until(() => runner.status().state === 'displaced');
    expect(await waiting).toBe(false);
    expect(runner.active).toBe(false);
  });

  it('tells of rows that changed, and not of what changed none', async () => {
    await projecting();
    let told = false;
    const changed = runner.waitForChange(1n, WAIT).then((so) => (told = so));
    await f.append('a', 1, 'Other');
    await f.clock.advance(100);
    expect(told).toBe(false);
    const position = await f.append('a', 1);
    expect(await changed).toBe(true);
    expect(await runner.waitForChange(position - 1n, WAIT)).toBe(true);
    const inVain = runner.waitForChange(position, 1_000);
    await f.append('a', 'Other');
    await f.clock.advance(1_000);
    expect(await inVain).toBe(false);
  });
});
