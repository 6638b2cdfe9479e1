import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import {
  DomainError,
  EventCatalogue,
  type EventStore,
  type EventToAppend,
  type ExpectedVersion,
  Ids,
  InfrastructureError,
  Streams,
} from '@slipway/kernel';
import { ManualClock, SeededRandom, settle, testMeta } from '@slipway/kernel/testing';
import { count, counterDecider } from '@slipway/kernel/testing/counter-streams';
import { type Claim, CommandClaims, type RunCommand } from './command-claims';
import { CommandAnswer } from './decision-handler';

/** A store that the process loses after so many appends. */
class MortalEventStore extends MemoryEventStore {
  appendsLeft = Infinity;
  /** The first append behind those is stored, and nobody hears of it. */
  storesUnanswered = false;

  override async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly EventToAppend[],
    options?: { keepForSeconds?: number },
  ) {
    if (this.appendsLeft-- > 0) return super.append(stream, expected, events, options);
    if (this.storesUnanswered) await super.append(stream, expected, events, options);
    this.storesUnanswered = false;
    throw new Error('killed');
  }
}

const CLAIM: Claim = { principal: 'ada', key: 'key-1', fingerprint: 'count 2' };

describe('claims of idempotency keys', () => {
  const clock = new ManualClock();
  let store: MortalEventStore;
  let claims: CommandClaims;
  let runs: number;
  let at: string[];

  /** What a gateway does: counts `by` on a stream, or looks for what it came to. */
  function counting(by: number, on: EventStore = store, after: () => Promise<unknown> = () => Promise.resolve()): RunCommand {
    const random = new SeededRandom(`streams-${runs}`);
    const catalogue = new EventCatalogue([{ entries: { Counted: { sample: { by: 1 } } } }]);
    const streams = new Streams({ store: on, catalogue, clock, random, ids: new Ids(clock, random) });
    return async ({ commandId, now }, recall) => {
      if (!recall) [runs, at] = [runs + 1, [...at, now]];
      const handled = recall
        ? await streams.answered(counterDecider, 'counter-1', commandId)
        : await streams.handle(counterDecider, 'counter-1', count(commandId, by, testMeta({ now })), 'any');
      if (!recall) await after();
      return handled && new CommandAnswer({ total: handled.state.total }, handled, false);
    };
  }

  /** Of another process. */
  const another = () => new CommandClaims(store, clock, new Ids(clock, new SeededRandom('another')));
  const total = async () => (await store.readStream('counter-1')).length;

  beforeEach(() => {
    const ids = new Ids(clock, new SeededRandom('store'));
    store = new MortalEventStore(clock, ids);
    claims = new CommandClaims(store, clock, ids);
    runs = 0;
    at = [];
  });

  it('gives the first answer again, whatever happened since', async () => {
    const first = await claims.run(CLAIM, counting(2));
    await claims.run({ ...CLAIM, key: 'key-2' }, counting(3));
    await clock.advance(3_600_000);
    const again = await claims.run(CLAIM, counting(2));
    expect(again).toEqual(first);
    expect(again.resource).toEqual({ total: 2 });
    expect([runs, await total()]).toEqual([2, 5]);
  });

  it('refuses the key for another request', async () => {
    await claims.run(CLAIM, counting(2));
    const other = claims.run({ ...CLAIM, fingerprint: 'count 3' }, counting(3));
    await expect(other).rejects.toMatchObject({ kind: 'unsupported', code: 'idempotency.key-reused', facts: { key: 'key-1' } });
    expect(await total()).toBe(2);
  });

  it('lets another principal use the same key for itself', async () => {
    await claims.run(CLAIM, counting(2));
    await claims.run({ ...CLAIM, principal: 'bob', fingerprint: 'count 3' }, counting(3));
    expect(await total()).toBe(5);
  });

  it('tells twins that the first is still being worked on, and answers them later', async () => {
    let finish: (value?: unknown) => void = () => undefined;
    const working = new Promise((resolve) => (finish = resolve));
    const slow: RunCommand = async (claimed, recall) => {
      if (!recall) await working;
      return counting(2)(claimed, recall);
    };
    const first = claims.run(CLAIM, slow);
    await new Promise((resolve) => setImmediate(resolve));
    await expect(claims.run(CLAIM, slow)).rejects.toMatchObject({ code: 'idempotency.in-flight', retryable: true });
    finish();
    const answer = await first;
    expect(await claims.run(CLAIM, slow)).toEqual(answer);
    expect([runs, await total()]).toEqual([1, 2]);
  });

  it('runs one of twenty at once', async () => {
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => claims.run(CLAIM, counting(2))));
    const answers = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value.resource] : []));
    const refusals = all.flatMap((one) => (one.status === 'rejected' ? [(one.reason as InfrastructureError).code] : []));
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.every((answer) => (answer as { total: number }).total === 2)).toBe(true);
    expect(new Set(refusals).size).toBeLessThanOrEqual(1);
    expect(await total()).toBe(2);
  });

  it('takes over what another process abandoned for 30 s, not a moment before', async () => {
    store.appendsLeft = 1;
    await expect(another().run(CLAIM, counting(2))).rejects.toThrow('killed');
    store.appendsLeft = Infinity;
    await clock.advance(29_999);
    await expect(claims.run(CLAIM, counting(2))).rejects.toMatchObject({ code: 'idempotency.in-flight' });
    await clock.advance(1);
    const answer = await claims.run(CLAIM, counting(2));
    expect(answer.resource).toEqual({ total: 2 });
    expect(at.at(-1)).toBe(clock.timestamp());
  });

  it.each([
    ['right after the claim', 1],
    ['before the claim was answered', 0],
  ])('takes its own over as soon as the store is back that went away %s', async (_, appends) => {
    store.appendsLeft = appends;
    store.storesUnanswered = appends === 0;
    await expect(claims.run(CLAIM, counting(2))).rejects.toThrow('killed');
    await expect(claims.run(CLAIM, counting(2))).rejects.toThrow('killed');
    store.appendsLeft = Infinity;
    expect((await claims.run(CLAIM, counting(2))).resource).toEqual({ total: 2 });
    expect((await claims.run(CLAIM, counting(2))).resource).toEqual({ total: 2 });
    expect(await total()).toBe(2);
  });

  it('does not take over what it gave up and another process works on now', async () => {
    store.appendsLeft = 1;
    await expect(claims.run(CLAIM, counting(2))).rejects.toThrow('killed');
    store.appendsLeft = Infinity;
    await clock.advance(30_000);
    let goOn = (): void => undefined;
    const working = another().run(
      CLAIM,
      counting(2, store, () => new Promise<void>((resolve) => (goOn = resolve))),
    );
    await settle(20);
    const late = claims.run(CLAIM, (_, recall) => (recall ? Promise.resolve(undefined) : Promise.reject(new Error('it ran twice'))));
    await expect(late).rejects.toMatchObject({ code: 'idempotency.in-flight' });
    goOn();
    expect((await working).resource).toEqual({ total: 2 });
  });

  it('lets one of two take an abandoned claim over', async () => {
    store.appendsLeft = 1;
    await expect(claims.run(CLAIM, counting(2))).rejects.toThrow();
    store.appendsLeft = Infinity;
    await clock.advance(30_000);
    const both = await Promise.allSettled([claims.run(CLAIM, counting(2)), claims.run(CLAIM, counting(2))]);
    expect(both.some((one) => one.status === 'fulfilled')).toBe(true);
    expect(await total()).toBe(2);
  });

  it('gives the first answer when the process died between append and answer', async () => {
    store.appendsLeft = 2;
    const died = counting(2, store, () => Promise.reject(new Error('killed')));
    await expect(claims.run(CLAIM, died)).rejects.toThrow('killed');
    store.appendsLeft = Infinity;
    const answer = await claims.run(CLAIM, counting(2));
    expect(answer.resource).toEqual({ total: 2 });
    expect([runs, await total()]).toEqual([1, 2]);
  });

  it('closes the claim of a refusal, so that the next try runs anew', async () => {
    for (let tries = 1; tries <= 3; tries += 1) {
      await expect(claims.run(CLAIM, counting(-1))).rejects.toMatchObject({ code: 'counter.backwards' });
      expect(runs).toBe(tries);
    }
    const answer = await claims.run(CLAIM, counting(2));
    expect(answer.resource).toEqual({ total: 2 });
  });

  it('closes the claim of an answer without events, so that the next try runs anew', async () => {
    expect((await claims.run(CLAIM, counting(0))).changed).toBe(false);
    expect((await claims.run(CLAIM, counting(2))).changed).toBe(true);
    expect(runs).toBe(2);
  });

  it('closes the claim of a failure, so that who tries again need not wait', async () => {
    const failing: RunCommand = (_claimed, recall) =>
      recall ? Promise.resolve(undefined) : Promise.reject(new InfrastructureError('streams.contended', 'too fast', true));
    await expect(claims.run(CLAIM, failing)).rejects.toMatchObject({ code: 'streams.contended' });
    expect((await claims.run(CLAIM, counting(2))).resource).toEqual({ total: 2 });
  });

  it('still knows a key after a thousand refusals', async () => {
    const refusing: RunCommand = (_claimed, recall) =>
      recall ? Promise.resolve(undefined) : Promise.reject(new DomainError('conflict', 'not.yet', 'Not yet.'));
    for (let tries = 0; tries < 600; tries += 1) await expect(claims.run(CLAIM, refusing)).rejects.toMatchObject({ code: 'not.yet' });
    expect((await claims.run(CLAIM, counting(2))).resource).toEqual({ total: 2 });
  });
});
