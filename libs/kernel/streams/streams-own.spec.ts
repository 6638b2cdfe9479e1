import { settle } from '@slipway/kernel/testing';
import { count, counterDecider, Harness } from '../testing/counter-streams';

const A = 'counter-a';
let harness: Harness;
beforeEach(() => {
  harness = new Harness();
});
const commandIds = async () => (await harness.verified(A)).map((event) => event.metadata.commandId);

describe('a stream that only this process writes, among several processes', () => {
  it('is not looked at again before it is written', async () => {
    const { streams, store } = harness.process();
    await streams.handle(counterDecider, A, count('c1'), 'new');
    const { looks } = store;
    for (const id of ['c2', 'c3', 'c4']) await streams.handle(counterDecider, A, count(id), 'existing');
    expect([store.looks - looks, store.attempts]).toEqual([0, 4]);
    expect(await commandIds()).toEqual(['c1', 'c2', 'c3', 'c4']);
  });

  it('is looked at before a command is refused, or changes nothing', async () => {
    const [one, other] = [harness.process(), harness.process()];
    await one.streams.handle(counterDecider, A, count('c1'), 'new');
    await other.streams.handle(counterDecider, A, count('c2'), 'existing');
    const unchanged = await one.streams.handle(counterDecider, A, count('c3', 0), 'existing');
    expect(unchanged).toMatchObject({ state: { total: 2 }, version: 1, events: [] });
    await expect(one.streams.handle(counterDecider, A, count('c4', -1), 'existing')).rejects.toMatchObject({ code: 'counter.backwards' });
    const late = count('c5', 1, { expectedVersion: 0 });
    await expect(one.streams.handle(counterDecider, A, late, 'existing')).rejects.toMatchObject({ facts: { expected: 0, actual: 1 } });
    const inTime = count('c6', 1, { expectedVersion: 1 });
    expect(await one.streams.handle(counterDecider, A, inTime, 'existing')).toMatchObject({ version: 2 });
  });

  it('that somebody else has written after all is decided on as it stands, and looked at first from then on', async () => {
    const [one, other] = [harness.process(), harness.process()];
    await one.streams.handle(counterDecider, A, count('c1'), 'new');
    await other.streams.handle(counterDecider, A, count('c2', 5), 'existing');
    expect(await one.streams.handle(counterDecider, A, count('c3'), 'existing')).toMatchObject({ state: { total: 7 }, version: 6 });
    expect(one.store.attempts).toBe(3);
    await other.streams.handle(counterDecider, A, count('c4'), 'existing');
    expect(await one.streams.handle(counterDecider, A, count('c5'), 'existing')).toMatchObject({ state: { total: 9 }, version: 8 });
    expect(one.store.attempts).toBe(4);
    expect(await commandIds()).toEqual(['c1', 'c2', 'c2', 'c2', 'c2', 'c2', 'c3', 'c4', 'c5']);
  });

  it('shows at a look that somebody else writes it too', async () => {
    const [one, other] = [harness.process(), harness.process()];
    await one.streams.handle(counterDecider, A, count('c1'), 'new');
    await other.streams.handle(counterDecider, A, count('c2'), 'existing');
    expect(await one.streams.load(counterDecider, A)).toMatchObject({ state: { total: 2 } });
    await other.streams.handle(counterDecider, A, count('c3'), 'existing');
    expect(await one.streams.handle(counterDecider, A, count('c4'), 'existing')).toMatchObject({ state: { total: 4 } });
    expect(one.store.attempts).toBe(2);
  });

  it('answers a repeat that another process has carried out meanwhile with what it came to there', async () => {
    const [one, other] = [harness.process(), harness.process()];
    await one.streams.handle(counterDecider, A, count('c1'), 'new');
    const carriedOut = await other.streams.handle(counterDecider, A, count('c2', 2), 'existing');
    const { state, version, position } = carriedOut;
    expect(await one.streams.handle(counterDecider, A, count('c2', 2), 'existing')).toMatchObject({ state, version, position });
    expect(await commandIds()).toEqual(['c1', 'c2', 'c2']);
  });

  it('goes by turns between processes without losing or doubling anything', async () => {
    const processes = [harness.process(), harness.process()];
    for (let turn = 0; turn < 20; turn += 1) await processes[turn % 2]!.streams.handle(counterDecider, A, count(`c${turn}`), 'any');
    expect(await commandIds()).toEqual(Array.from({ length: 20 }, (_, turn) => `c${turn}`));
    // Each finds out once that it is not alone.
    expect(processes.map(({ store }) => store.attempts)).toEqual([11, 11]);
  });
});

describe('a command that is still being put together', () => {
  it('is waited for', async () => {
    const { streams } = harness.process();
    const asked = settle(3).then(() => count('c1'));
    expect(await streams.handle(counterDecider, A, asked, 'new')).toMatchObject({ state: { total: 1 } });
  });

  it('and fails is told when its turn has come, and holds nobody up', async () => {
    const { streams } = harness.process();
    const first = streams.handle(
      counterDecider,
      A,
      settle(20).then(() => count('c1')),
      'new',
    );
    const failing = streams.handle(counterDecider, A, Promise.reject(new Error('no such project')), 'existing');
    const last = streams.handle(counterDecider, A, count('c3'), 'existing');
    await expect(failing).rejects.toThrow('no such project');
    expect([(await first).version, (await last).version]).toEqual([0, 1]);
  });
});
