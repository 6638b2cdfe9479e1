import { BEGINNING, type Command } from '@slipway/kernel';
import { count, counterDecider, Harness } from '../testing/counter-streams';

const A = 'counter-a';
let harness: Harness;
beforeEach(() => {
  harness = new Harness();
});
const commandIds = async () => (await harness.verified(A)).map((event) => event.metadata.commandId);

describe('the mode of a command', () => {
  it('new: refuses a stream that exists, naming it', async () => {
    const { streams } = harness.process();
    await streams.handle(counterDecider, A, count('c1'), 'new');
    await expect(streams.handle(counterDecider, A, count('c2'), 'new')).rejects.toMatchObject({
      kind: 'conflict',
      code: 'counter.already-exists',
      facts: { counter: 'a' },
    });
    expect(await commandIds()).toEqual(['c1']);
  });

  it('existing: refuses a stream without events', async () => {
    const { streams } = harness.process();
    await expect(streams.handle(counterDecider, A, count('c1'), 'existing')).rejects.toMatchObject({
      kind: 'not-found',
      code: 'counter.not-found',
    });
    expect(await commandIds()).toEqual([]);
  });

  it('any: takes the stream as it is', async () => {
    const { streams } = harness.process();
    await streams.handle(counterDecider, A, count('c1'), 'any');
    expect(await streams.handle(counterDecider, A, count('c2'), 'any')).toMatchObject({ state: { total: 2 }, version: 1 });
  });

  it('new: of two creations that race in two processes one wins, the other learns that the name is taken', async () => {
    const [one, other] = [harness.process(), harness.process()];
    const outcomes = await Promise.allSettled([
      one.streams.handle(counterDecider, A, count('c1'), 'new'),
      other.streams.handle(counterDecider, A, count('c2'), 'new'),
    ]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: { code: 'counter.already-exists' } });
    expect(await commandIds()).toHaveLength(1);
  });
});

describe('If-Match', () => {
  it('lets a command through at the version it names', async () => {
    const { streams } = harness.process();
    const { version } = await streams.handle(counterDecider, A, count('c1', 3), 'new');
    expect(await streams.handle(counterDecider, A, count('c2', 1, { expectedVersion: version }), 'existing')).toMatchObject({ version: 3 });
  });

  it('refuses any other version with both of them, even where the command would change nothing', async () => {
    const { streams } = harness.process();
    await streams.handle(counterDecider, A, count('c1', 3), 'new');
    for (const by of [1, 0]) {
      const stale = streams.handle(counterDecider, A, count('c2', by, { expectedVersion: 1 }), 'existing');
      await expect(stale).rejects.toMatchObject({ kind: 'precondition', code: 'precondition.version', facts: { expected: 1, actual: 2 } });
    }
    expect(await commandIds()).toEqual(['c1', 'c1', 'c1']);
  });

  it('holds after a lost race too: the change of the other is not overwritten', async () => {
    const [one, other] = [harness.process(), harness.process()];
    await one.streams.handle(counterDecider, A, count('c1'), 'new');
    one.store.before = () => {
      one.store.before = () => Promise.resolve();
      return other.streams.handle(counterDecider, A, count('faster'), 'existing');
    };
    const overtaken = one.streams.handle(counterDecider, A, count('c2', 1, { expectedVersion: 0 }), 'existing');
    await expect(overtaken).rejects.toMatchObject({ code: 'precondition.version', facts: { expected: 0, actual: 1 } });
    expect(await commandIds()).toEqual(['c1', 'faster']);
  });
});

describe('what a command comes to', () => {
  it('is the state, version and position right after it, with its events as they are stored', async () => {
    const { streams, store } = harness.process();
    const handled = await streams.handle(counterDecider, A, count('c1', 2), 'new');
    const stored = await store.readStream(A);
    expect(handled).toMatchObject({ stream: A, state: { total: 2 }, version: 1, position: await store.head() });
    expect(handled.events.map(({ position: _, ...event }) => event)).toEqual(stored.map(({ position: _, ...event }) => event));
  });

  it('is recorded with who asked, when, and what caused it', async () => {
    const { streams } = harness.process();
    const meta: Partial<Command['meta']> = {
      actor: 'grace',
      now: '2026-02-01T00:00:00.000Z',
      correlationId: 'walk-7',
      traceparent: '00-ab-cd-01',
    };
    await streams.handle(counterDecider, A, count('c1', 1, { ...meta, causationId: 'event-9' }), 'new');
    await streams.handle(counterDecider, A, count('c2'), 'existing');
    const [first, second] = await harness.verified(A);
    expect(first?.metadata).toEqual({
      actor: 'grace',
      at: '2026-02-01T00:00:00.000Z',
      command: 'Count',
      commandId: 'c1',
      correlationId: 'walk-7',
      causationId: 'event-9',
      traceparent: '00-ab-cd-01',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(second?.metadata).not.toHaveProperty('traceparent');
  });

  it('is nothing new when the decider decides nothing', async () => {
    const { streams } = harness.process();
    const { position } = await streams.handle(counterDecider, A, count('c1'), 'new');
    expect(await streams.handle(counterDecider, A, count('c2', 0), 'existing')).toEqual({
      stream: A,
      state: { total: 1 },
      version: 0,
      position,
      events: [],
    });
  });

  it('is a refusal that stores nothing and leaves the stream usable', async () => {
    const { streams, store } = harness.process();
    await expect(streams.handle(counterDecider, A, count('c1', -1), 'any')).rejects.toMatchObject({ code: 'counter.backwards' });
    expect(store.attempts).toBe(0);
    expect(await streams.handle(counterDecider, A, count('c2'), 'new')).toMatchObject({ version: 0 });
  });
});

describe('loading a stream', () => {
  it('gives the initial state where there are no events', async () => {
    const { streams } = harness.process();
    expect(await streams.load(counterDecider, A)).toEqual({ stream: A, state: { total: 0 }, version: -1, position: BEGINNING, events: [] });
  });

  it('folds streams longer than any page', async () => {
    const { streams } = harness.process();
    for (let part = 0; part < 5; part += 1) await streams.handle(counterDecider, A, count(`c${part}`, 500), 'any');
    expect(await harness.process().streams.load(counterDecider, A)).toMatchObject({ state: { total: 2_500 }, version: 2_499 });
  });

  it('never shows a cached state that another process has moved on', async () => {
    const [one, other] = [harness.process(), harness.process()];
    await one.streams.handle(counterDecider, A, count('c1'), 'new');
    await other.streams.handle(counterDecider, A, count('c2', 4), 'existing');
    expect(await one.streams.load(counterDecider, A)).toMatchObject({ state: { total: 5 }, version: 4 });
  });

  it('works with a cache that holds a single stream', async () => {
    const { streams } = harness.process({ soleWriter: true, cacheSize: 1 });
    for (let round = 0; round < 3; round += 1) {
      for (const name of ['a', 'b', 'c']) await streams.handle(counterDecider, `counter-${name}`, count(`${name}${round}`), 'any');
    }
    expect(await streams.load(counterDecider, 'counter-b')).toMatchObject({ state: { total: 3 } });
  });

  it('stops at an event that this version of the code does not know', async () => {
    const { streams, store } = harness.process();
    const handled = await streams.handle(counterDecider, A, count('c1'), 'new');
    await store.append(A, 0, [{ ...handled.events[0]!, id: 'later', type: 'CountedDown' }]);
    await expect(harness.process().streams.load(counterDecider, A)).rejects.toMatchObject({ code: 'event.unknown', retryable: false });
  });
});
