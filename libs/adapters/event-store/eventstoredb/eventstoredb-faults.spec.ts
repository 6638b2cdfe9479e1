import { Ids, isRetryable } from '@slipway/kernel';
import { eventually, ManualClock, SeededRandom } from '@slipway/kernel/testing';
import { event, events, idsOf, newStream } from '@slipway/kernel/testing/event-store/store-under-test';
import { EventStoreDbDouble } from '../../../../test/doubles/eventstoredb/eventstoredb-double';
import { DoubleUnderTest, storeAt } from './eventstoredb.fixture';
import { EventStoreDbEventStore } from './eventstoredb-event-store';

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined).catch((error: unknown) => error);

describe('EventStoreDB in trouble', () => {
  let on: DoubleUnderTest;
  beforeEach(async () => (on = await DoubleUnderTest.open()));
  afterEach(() => on.close());

  it.each(['cut', 'reset', 'timeout'] as const)('that stores an append and does not say so (%s) keeps it once', async (by) => {
    const added = events(3);
    on.double.faults.loseAnswers(2, by);
    expect(isRetryable(await failureOf(on.store.append('s', 'none', added)))).toBe(true);
    expect(await on.surely('s', 'none', added)).toMatchObject({ version: 2 });
    expect(idsOf(await on.store.readStream('s'))).toEqual(idsOf(added));
  });

  it('that breaks the call with many appends on it concerns nobody twice', async () => {
    const added = events(64);
    await on.store.append(newStream(), 'none', events(1));
    const appends = added.map((one, index) => on.surely(`s-${index}`, 'none', [one]));
    on.double.cutCalls();
    await Promise.all(appends);
    expect(
      idsOf(await on.store.readAll({ after: 0n }))
        .slice(1)
        .sort(),
    ).toEqual(idsOf(added).sort());
  });

  it('that is killed and started again has all it acknowledged, and subscriptions go on without a gap or a repeat', async () => {
    const followed = on.follow();
    await followed.caughtUp();
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let version = -1; version < 29; version += 1) await on.surely(`s-${writer}`, version < 0 ? 'none' : version, events(1));
    });
    for (let turn = 0; turn < 3; turn += 1) {
      const reached = on.double.database.log.length;
      await eventually(() => on.double.database.log.length > reached + 10, 'writers to write');
      await on.double.restart();
    }
    await Promise.all(writers);
    await followed.has(120);
    expect(followed.ids).toEqual(idsOf(await on.store.readAll({ after: 0n })));
    expect(new Set(followed.ids).size).toBe(120);
  });

  it('that is not the leader sends the client to the one that is', async () => {
    const leader = await EventStoreDbDouble.start();
    on.double.faults.leadElsewhere(1, leader.address);
    const failure = await failureOf(on.store.append('s', 'none', events(1)));
    expect(failure).toMatchObject({ code: 'event-store.unavailable', retryable: true });
    await on.surely('s', 'none', events(1));
    expect(leader.database.visible('s')).toHaveLength(1);
    await on.store.close();
    leader.stop();
  });

  it('that is found by discovery is found again when another node leads', async () => {
    const leader = await EventStoreDbDouble.start();
    on.double.leader = leader.address;
    const store = storeAt(on.double.url.replace('esdb:', 'esdb+discover:'));
    await store.append('s', 'none', events(1));
    expect(leader.database.visible('s')).toHaveLength(1);
    on.double.leader = undefined;
    leader.stop();
    expect(await failureOf(store.append('t', 'none', events(1)))).toMatchObject({ retryable: true });
    for (let tries = 0; tries < 20 && (await failureOf(store.append('u', 'any', events(1)))); tries += 1);
    expect(on.double.database.visible('u')).toHaveLength(1);
    await store.close();
  });

  it('that is not ready is asked again', async () => {
    on.double.faults.beUnready(2);
    const failure = await failureOf(on.store.append('s', 'none', events(1)));
    expect(failure).toMatchObject({ retryable: true, message: expect.stringContaining('Server Is Not Ready') });
    expect(await failureOf(on.store.readStream('s'))).toMatchObject({ retryable: true });
    expect(await on.store.readStream('s')).toEqual([]);
  });

  it('whose read breaks harms no append that is under way', async () => {
    await on.store.append('s', 'none', events(1));
    // The client takes a new connection after this; its own batch appends would then reject, or end the process.
    on.double.faults.beUnready(1);
    expect(await failureOf(on.store.readStream('s'))).toMatchObject({ retryable: true });
    const appends = Array.from({ length: 20 }, (_, index) => on.store.append(`s-${index}`, 'none', events(1)));
    expect(await Promise.all(appends)).toHaveLength(20);
  });

  it('that is away at the start is waited for by subscriptions, and told by everything else', async () => {
    on.double.stop();
    const followed = on.follow();
    const failure = await failureOf(on.store.logId());
    expect(failure).toMatchObject({
      code: 'event-store.unavailable',
      retryable: true,
      message: expect.stringContaining(`at esdb://127.0.0.1:${on.double.address.port} is unavailable: 14 UNAVAILABLE`),
    });
    await on.double.listen();
    await on.surely('s', 'none', events(1));
    await followed.has(1);
    expect(await on.store.logId()).not.toBe('');
  });

  it('that goes away is told to those who follow it, and so is its return', async () => {
    const followed = on.follow();
    await followed.caughtUp();
    on.double.stop();
    await eventually(() => followed.turns.at(-1) === false, 'word that the server is away');
    await on.double.listen();
    await followed.caughtUp();
    expect(followed.events).toEqual([]);
  });

  it.each(['23.10', '24.10'] as const)(
    'that drops who does not keep up with a burst (%s) is subscribed to again, without a gap or a repeat',
    async (version) => {
      const other = await DoubleUnderTest.open({ version });
      const followed = other.follow();
      await followed.caughtUp();
      for (let turn = 0; turn < 5; turn += 1) await other.store.append('s', 'any', events(200));
      await followed.has(1_000);
      expect(followed.ids).toEqual(idsOf(await other.store.readAll({ after: 0n })));
      await other.close();
    },
  );

  it('that drops whoever has caught up is given a pause before it is asked again', async () => {
    const clock = new ManualClock();
    const store = EventStoreDbEventStore.open({ url: on.double.url, clock, ids: new Ids(clock, new SeededRandom('pause')) });
    const turns: boolean[] = [];
    const over = (async () => {
      for await (const { caughtUp } of store.subscribe({ after: 0n, signal: on.stop.signal })) turns.push(caughtUp);
    })();
    await eventually(() => turns.at(-1) === true, 'the end of the log');
    const begun = on.double.callsBegun;
    on.double.cutCalls();
    await eventually(() => on.double.database.followers.size === 0, 'the subscription to be gone');
    expect(await on.store.readStream('s')).toEqual([]);
    expect(on.double.callsBegun).toBe(begun + 1);
    await clock.advance(50);
    await eventually(() => on.double.callsBegun === begun + 2, 'the next subscription');
    on.stop.abort();
    await over;
    await store.close();
  });

  it('that is slow to serve a subscription loses and repeats nothing', async () => {
    on.double.faults.slowSubscriptionMs = 2;
    const followed = on.follow();
    for (let turn = 0; turn < 10; turn += 1) await on.store.append('s', 'any', events(20));
    await followed.has(200);
    expect(followed.ids).toEqual(idsOf(await on.store.readAll({ after: 0n })));
  });

  it('does not hold up the end of a subscription, nor a close', async () => {
    const followed = on.follow(7n);
    on.double.faults.fallSilent();
    on.stop.abort();
    await followed.over;
    await on.store.close();
    on.double.stop();
    for (const work of [
      on.store.append('s', 'any', [event()]),
      on.store.readStream('s'),
      on.store.readAll({ after: 0n }),
      on.store.head(),
    ]) {
      expect(await failureOf(work)).toMatchObject({ code: 'event-store.unavailable', message: expect.stringContaining('it is closed') });
    }
  });

  it('is sent nothing any more by one that was closed while it looked for the leader', async () => {
    const store = storeAt(on.double.url.replace('esdb:', 'esdb+discover:'));
    on.double.faults.fallSilent();
    const failure = failureOf(store.append('s', 'none', events(1)));
    await store.close();
    on.double.faults.speak();
    expect(await failure).toMatchObject({
      code: 'event-store.unavailable',
      retryable: true,
      message: expect.stringContaining('it was closed'),
    });
    expect(await on.store.readStream('s')).toEqual([]);
  });

  it('never shows the password of its URL', async () => {
    const store = storeAt('esdb://admin:changeit@127.0.0.1:1?tls=false');
    const failure = await failureOf(store.logId());
    expect(String(failure)).toContain('esdb://127.0.0.1:1');
    expect(JSON.stringify(failure) + String(failure)).not.toContain('changeit');
    await store.close();
  });
});

describe('EventStoreDB that says nothing', () => {
  let on: DoubleUnderTest;
  /** Writes before the silence and reads behind it. */
  let patient: EventStoreDbEventStore;
  beforeEach(async () => {
    on = await DoubleUnderTest.open({ patienceMs: 300 });
    patient = storeAt(on.double.url);
  });
  afterEach(async () => {
    await patient.close();
    await on.close();
  });

  it('leaves the outcome of an append unknown, and the same append again comes to the original', async () => {
    await patient.append('s', 'none', events(1));
    const added = events(2);
    on.double.faults.fallSilent();
    const failure = await failureOf(on.store.append('s', 0, added));
    expect(failure).toMatchObject({
      code: 'event-store.unavailable',
      retryable: true,
      message: expect.stringContaining('no answer within 0.3 s'),
    });
    expect(await failureOf(on.store.readStream('s'))).toMatchObject({ code: 'event-store.unavailable' });
    expect(await failureOf(on.store.head())).toMatchObject({ code: 'event-store.unavailable' });
    on.double.faults.speak();
    expect(await on.surely('s', 0, added)).toMatchObject({ version: 2 });
    expect(idsOf(await patient.readStream('s', { from: 1 }))).toEqual(idsOf(added));
  });

  it('is asked again by a subscription that reads history', async () => {
    await patient.append('s', 'none', events(100));
    on.double.faults.fallSilent();
    const followed = on.follow();
    const before = on.double.callsBegun;
    await eventually(() => on.double.callsBegun >= before + 2, 'another try');
    on.double.faults.speak();
    await followed.has(100);
    expect(followed.ids).toEqual(idsOf(await patient.readAll({ after: 0n })));
  });
});
