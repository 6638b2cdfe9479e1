import { count, counterDecider, Harness } from '../testing/counter-streams';
import { REMEMBERED_COMMANDS } from './folded-stream';

const A = 'counter-a';
let harness: Harness;
beforeEach(() => {
  harness = new Harness();
});
const commandIds = async () => (await harness.verified(A)).map((event) => event.metadata.commandId);

describe('a repeated command id', () => {
  it('gets the first answer, and nothing is stored again', async () => {
    const { streams } = harness.process();
    const first = await streams.handle(counterDecider, A, count('c1', 2), 'new');
    await streams.handle(counterDecider, A, count('c2', 3), 'existing');
    const again = await streams.handle(counterDecider, A, count('c1', 2), 'new');
    expect(again).toMatchObject({ state: { total: 2 }, version: 1, position: first.position });
    expect(again.events.map((event) => event.id)).toEqual(first.events.map((event) => event.id));
    expect(await commandIds()).toEqual(['c1', 'c1', 'c2', 'c2', 'c2']);
  });

  it('gets the first answer from another process, and after a restart', async () => {
    const first = await harness.process().streams.handle(counterDecider, A, count('c1'), 'new');
    const again = await harness.process().streams.handle(counterDecider, A, count('c1'), 'new');
    expect(again).toEqual(first);
  });

  it('gets the first answer although its If-Match no longer holds', async () => {
    const { streams } = harness.process();
    await streams.handle(counterDecider, A, count('c1'), 'new');
    const first = await streams.handle(counterDecider, A, count('c2', 1, { expectedVersion: 0 }), 'existing');
    expect(await streams.handle(counterDecider, A, count('c2', 1, { expectedVersion: 0 }), 'existing')).toEqual(first);
  });

  it.each([
    ['one process', 1],
    ['two processes', 2],
  ])('that arrives twice at once in %s is stored once', async (_where, processes) => {
    const all = Array.from({ length: processes }, () => harness.process());
    const send = (index: number) => all[index % processes]!.streams.handle(counterDecider, A, count('c1', 2), 'any');
    const [one, other] = await Promise.all([send(0), send(1)]);
    expect(other.events.map((event) => event.id)).toEqual(one.events.map((event) => event.id));
    expect(await commandIds()).toEqual(['c1', 'c1']);
  });

  it('that was refused is decided anew', async () => {
    const { streams } = harness.process();
    await expect(streams.handle(counterDecider, A, count('c1'), 'existing')).rejects.toMatchObject({ code: 'counter.not-found' });
    await streams.handle(counterDecider, A, count('c0'), 'new');
    expect(await streams.handle(counterDecider, A, count('c1'), 'existing')).toMatchObject({ version: 1 });
  });

  it('is still answered from the stream when it is too old to be remembered', async () => {
    const { streams } = harness.process();
    const first = await streams.handle(counterDecider, A, count('c1'), 'new');
    for (let later = 0; later < REMEMBERED_COMMANDS + 5; later += 1) {
      await streams.handle(counterDecider, A, count(`later-${later}`), 'existing');
    }
    expect(await streams.answered(counterDecider, A, 'c1')).toEqual(first);
    expect(await streams.answered(counterDecider, A, 'never')).toBeUndefined();
    await expect(streams.handle(counterDecider, A, count('c1'), 'new')).rejects.toMatchObject({ code: 'counter.already-exists' });
  });
});

describe('commands that come at once', () => {
  it('never conflict inside a process: fifty on one stream are fifty appends, in the order they came', async () => {
    const { streams, store } = harness.process();
    const handled = await Promise.all(
      Array.from({ length: 50 }, (_, index) => streams.handle(counterDecider, A, count(`c${index}`), 'any')),
    );
    expect(handled.map(({ version }) => version)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(store.attempts).toBe(50);
    expect(await commandIds()).toEqual(Array.from({ length: 50 }, (_, index) => `c${index}`));
  });

  it('are not held up by the refusal of one of them', async () => {
    const { streams } = harness.process();
    const outcomes = await Promise.allSettled(
      [1, -1, 1].map((by, index) => streams.handle(counterDecider, A, count(`c${index}`, by), 'any')),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('from three processes all get in, each once, and the chain holds', async () => {
    const processes = [harness.process(), harness.process(), harness.process()];
    await Promise.all(
      processes.flatMap(({ streams }, process) =>
        Array.from({ length: 10 }, (_, index) => streams.handle(counterDecider, A, count(`p${process}-${index}`, 2), 'any')),
      ),
    );
    const ids = await commandIds();
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBe(30);
    for (const { streams } of processes) expect(await streams.load(counterDecider, A)).toMatchObject({ state: { total: 60 }, version: 59 });
  });

  it('are decided again on what the faster one left behind', async () => {
    const [one, other] = [harness.process(), harness.process()];
    await one.streams.handle(counterDecider, A, count('c1'), 'new');
    one.store.before = () => {
      one.store.before = () => Promise.resolve();
      return other.streams.handle(counterDecider, A, count('faster', 5), 'existing');
    };
    const handled = await one.streams.handle(counterDecider, A, count('c2'), 'existing');
    expect(handled).toMatchObject({ state: { total: 7 }, version: 6 });
    expect(one.store.attempts).toBe(3);
  });

  it('give up on a stream that somebody else always changes first, and may be tried again', async () => {
    const [one, other] = [harness.process(), harness.process()];
    let foreign = 0;
    one.store.before = () => other.streams.handle(counterDecider, A, count(`faster-${(foreign += 1)}`), 'any');
    const contended = one.streams.handle(counterDecider, A, count('c1'), 'any');
    await expect(contended).rejects.toMatchObject({ code: 'streams.contended', retryable: true });
    expect(foreign).toBeGreaterThanOrEqual(10);
    one.store.before = () => Promise.resolve();
    expect(await one.streams.handle(counterDecider, A, count('c1'), 'any')).toMatchObject({ version: foreign });
  });
});

describe.each([true, false])('an append whose outcome is unknown (sole writer: %s)', (soleWriter) => {
  it('is sent again with the same bytes and stored once', async () => {
    const { streams, store } = harness.process({ soleWriter });
    await streams.handle(counterDecider, A, count('c1'), 'new');
    store.lostAnswers = 1;
    const handled = await streams.handle(counterDecider, A, count('c2', 2), 'existing');
    expect(handled).toMatchObject({ state: { total: 3 }, version: 2, position: await store.head() });
    expect(await commandIds()).toEqual(['c1', 'c2', 'c2']);
  });

  it('leaves a state that the next command builds on', async () => {
    const { streams, store } = harness.process({ soleWriter });
    store.lostAnswers = 2;
    await streams.handle(counterDecider, A, count('c1'), 'new');
    expect(await streams.handle(counterDecider, A, count('c2'), 'existing')).toMatchObject({ state: { total: 2 }, version: 1 });
    expect(await commandIds()).toEqual(['c1', 'c2']);
  });

  it('is sent again too when it had not arrived', async () => {
    const { streams, store } = harness.process({ soleWriter });
    store.lostAppends = 2;
    expect(await streams.handle(counterDecider, A, count('c1'), 'new')).toMatchObject({ version: 0 });
    expect(await commandIds()).toEqual(['c1']);
  });

  it('stays a retryable error while the store is away, and what was stored shows in the next look', async () => {
    const { streams, store } = harness.process({ soleWriter });
    await streams.handle(counterDecider, A, count('c1'), 'new');
    store.lostAnswers = 100;
    await expect(streams.handle(counterDecider, A, count('c2'), 'existing')).rejects.toMatchObject({
      code: 'event-store.unavailable',
      retryable: true,
    });
    expect(await streams.load(counterDecider, A)).toMatchObject({ state: { total: 2 }, version: 1 });
    store.lostAnswers = 0;
    expect(await streams.handle(counterDecider, A, count('c2'), 'existing')).toMatchObject({ state: { total: 2 }, version: 1 });
    expect(await commandIds()).toEqual(['c1', 'c2']);
  });

  it('is not tried for longer than whoever asked would wait: a store that is silent for six seconds each time is asked twice', async () => {
    const { streams, store } = harness.process({ soleWriter });
    store.before = () => harness.clock.sleep(6_000);
    store.lostAppends = 100;
    await expect(streams.handle(counterDecider, A, count('c1'), 'new')).rejects.toMatchObject({ retryable: true });
    expect(store.attempts).toBe(2);
  });

  it('is not sent again when the store said no for good', async () => {
    const { streams, store } = harness.process({ soleWriter });
    const huge = { ...counterDecider, decide: () => [{ type: 'Counted' as const, data: { by: 1, text: 'x'.repeat(1_100_000) } }] };
    await expect(streams.handle(huge, A, count('c1'), 'new')).rejects.toMatchObject({ code: 'event-store.append-too-large' });
    expect(store.attempts).toBe(1);
    expect(await commandIds()).toEqual([]);
  });
});
