import { END, eventTypeFilter, type Position, START, streamNameFilter } from '@eventstore/db-client';
import { eventually } from '@slipway/kernel/testing';
import { all, event, events, failureOf, first, Plain } from './double.fixture';
import { bytes, type ProposedRecord } from './record';

describe('the double of EventStoreDB: subscriptions', () => {
  const on = new Plain();
  beforeEach(() => on.open());
  afterEach(() => on.close());

  const withoutSystem = (checkpointReached?: (position: Position) => void) =>
    eventTypeFilter({
      regex: '^[^$]',
      ...(checkpointReached ? { checkpointReached: async (_: unknown, position: Position) => checkpointReached(position) } : {}),
    });

  it('follow after where they begin, unlike reads', async () => {
    await on.client.appendToStream('s', events(5));
    const log = (await all(on.client.readAll())).map(({ event: record }) => record!);
    const stream = await first(on.client.subscribeToStream('s', { fromRevision: 2n }), 2);
    expect(stream.map(({ event: record }) => record?.revision)).toEqual([3n, 4n]);
    const whole = await first(on.client.subscribeToAll({ fromPosition: log.at(-2)!.position }), 1);
    expect(whole[0]!.event?.id).toBe(log.at(-1)!.id);
    const start = await first(on.client.subscribeToAll({ fromPosition: START }), log.length);
    expect(start.map(({ event: record }) => record?.id)).toEqual(log.map(({ id }) => id));
  });

  it('beyond the end drop what comes up to there', async () => {
    await on.client.appendToStream('s', events(2));
    const following = on.client.subscribeToStream('s', { fromRevision: 3n });
    const seen = first(following, 1);
    await new Promise((resolve) => following.once('caughtUp', resolve));
    await on.client.appendToStream('s', events(3));
    expect((await seen)[0]!.event?.revision).toBe(4n);
  });

  it('from a position that is no record’s fail', async () => {
    const { position } = await on.client.appendToStream('s', event());
    const beside = { commit: position!.commit - 1n, prepare: position!.commit - 1n };
    expect(await failureOf(all(on.client.subscribeToAll({ fromPosition: beside })))).toMatchObject({ code: 2 });
  });

  it('confirm, give history, say that it ended, and go on live without a gap, in order', async () => {
    await on.client.appendToStream('s', events(3));
    const heard: string[] = [];
    const following = on.client.subscribeToStream('s');
    for (const word of ['confirmation', 'caughtUp'] as const) following.on(word, () => void heard.push(word));
    following.on('data', ({ event: record }) => heard.push(String(record?.revision)));
    await eventually(() => heard.includes('caughtUp'), 'the end of history');
    for (let turn = 0; turn < 20; turn += 1) await Promise.all(Array.from({ length: 10 }, () => on.client.appendToStream('s', event())));
    await eventually(() => heard.includes('202'), 'the last event');
    expect(heard).toEqual(['confirmation', '0', '1', '2', 'caughtUp', ...Array.from({ length: 200 }, (_, index) => String(index + 3))]);
    await following.unsubscribe();
  });

  it('from the end give what is stored from the moment on in which they were asked for', async () => {
    await on.client.appendToStream('s', event());
    on.double.faults.fallSilent();
    const seen = first(on.client.subscribeToStream('s', { fromRevision: END }), 1);
    await eventually(() => on.double.callsBegun === 2, 'the subscription to be asked for');
    // It is looked at now, and confirmed only after the append.
    on.double.faults.speak();
    on.double.faults.fallSilent();
    await new Promise((resolve) => setImmediate(resolve));
    const added: ProposedRecord = { ...event(), isJson: true, data: bytes('{}'), metadata: bytes('') };
    on.double.database.append('s', 'any', [added]);
    on.double.faults.speak();
    expect((await seen)[0]?.event?.id).toBe(added.id);
  });

  it('of a missing stream say nothing of an end until it exists', async () => {
    let caughtUp = 0;
    const following = on.client.subscribeToStream('later');
    following.on('caughtUp', () => (caughtUp += 1));
    const seen = first(following, 1);
    await new Promise((resolve) => following.once('confirmation', resolve));
    await on.client.appendToStream('later', event());
    expect(await seen).toHaveLength(1);
    expect(caughtUp).toBe(0);
  });

  it.each([
    ['prefixes of streams', streamNameFilter({ prefixes: ['a-', 'b-'] }), ['a-1', 'b-1']],
    ['an expression for streams', streamNameFilter({ regex: '^c' }), ['c-1']],
    ['prefixes of types', eventTypeFilter({ prefixes: ['Other'] }), ['c-1']],
    ['an expression for types', eventTypeFilter({ regex: '^H' }), ['a-1', 'b-1']],
  ])('are filtered by %s, in history and live', async (_, filter, expected) => {
    const append = async () => {
      for (const name of ['a-1', 'b-1', 'c-1']) await on.client.appendToStream(name, event({}, name === 'c-1' ? 'Other' : 'Happened'));
    };
    await append();
    const following = on.client.subscribeToAll({ filter });
    const seen = first(following, 2 * expected.length);
    await new Promise((resolve) => following.once('caughtUp', resolve));
    await append();
    expect((await seen).map(({ event: record }) => record?.streamId)).toEqual([...expected, ...expected]);
  });

  it('with a bad expression fail', async () => {
    const error = await failureOf(all(on.client.subscribeToAll({ filter: eventTypeFilter({ regex: '(' }) })));
    expect(error).toMatchObject({ type: 'unknown' });
  });

  it('tell checkpoints by what was looked at, system events included, in history and live, each good to resume after', async () => {
    const mixed = async () => {
      for (let turn = 0; turn < 30; turn += 1) {
        await on.client.appendToStream(`s-${turn}`, event());
        await on.client.appendToStream('noise', events(5, '$Noted'));
      }
    };
    await mixed();
    const places: bigint[] = [];
    const following = on.client.subscribeToAll({ filter: withoutSystem(({ commit }) => void places.push(commit)) });
    following.resume();
    await new Promise((resolve) => following.once('caughtUp', resolve));
    const inHistory = places.length;
    expect(inHistory).toBeGreaterThanOrEqual(4);
    expect(places[0]).toBe(0n);
    await mixed();
    await eventually(() => places.length >= 2 * inHistory, 'live checkpoints');
    await following.unsubscribe();

    const log = (await all(on.client.readAll())).map(({ event: record }) => record!).filter(({ type }) => !type.startsWith('$'));
    for (const place of places) {
      const rest = log.filter(({ position }) => position.commit > place);
      const resumed = await first(
        on.client.subscribeToAll({ fromPosition: { commit: place, prepare: place }, filter: withoutSystem() }),
        rest.length,
      );
      expect(resumed.map(({ event: record }) => record?.id)).toEqual(rest.map(({ id }) => id));
    }
  });

  it('tell live checkpoints also where nothing matches', async () => {
    const places: bigint[] = [];
    const following = on.client.subscribeToAll({ fromPosition: END, filter: withoutSystem(({ commit }) => void places.push(commit)) });
    following.resume();
    await new Promise((resolve) => following.once('caughtUp', resolve));
    for (let turn = 0; turn < 7; turn += 1) await on.client.appendToStream('noise', events(10, '$Noted'));
    await eventually(() => places.length === 2, 'two checkpoints');
    await following.unsubscribe();
  });

  it('live are dropped by a burst, with an error and without an end', async () => {
    const following = on.client.subscribeToAll();
    const ended: string[] = [];
    for (const word of ['end', 'close'] as const) following.on(word, () => ended.push(word));
    const error = new Promise((resolve) => following.once('error', resolve));
    following.resume();
    await new Promise((resolve) => following.once('caughtUp', resolve));
    await on.client.appendToStream('s', events(100));
    expect(await error).toMatchObject({ code: 10, message: expect.stringMatching('Consumer too slow') });
    expect(ended).toEqual([]);
    expect(following.destroyed).toBe(false);
  });
});

describe('the double of EventStoreDB as 24.10', () => {
  const on = new Plain();
  beforeEach(() => on.open({ version: '24.10' }));
  afterEach(() => on.close());

  it('lets those who fall behind catch up again, and says both', async () => {
    const heard: string[] = [];
    const following = on.client.subscribeToAll({ filter: eventTypeFilter({ regex: '^[^$]' }) });
    following.on('caughtUp', () => void heard.push('caughtUp'));
    following.on('fellBehind' as never, () => void heard.push('fellBehind'));
    const seen = first(following, 100);
    await eventually(() => heard.length === 1, 'the end of history');
    const added = events(100);
    await on.client.appendToStream('s', added);
    expect((await seen).map(({ event: record }) => record?.id)).toEqual(added.map(({ id }) => id));
    await eventually(() => heard.length === 2, 'word of having fallen behind');
    expect(heard[1]).toBe('fellBehind');
  });

  it('says at once that a missing stream is read to its end', async () => {
    const following = on.client.subscribeToStream('later');
    following.resume();
    await new Promise((resolve) => following.once('caughtUp', resolve));
    await following.unsubscribe();
  });
});
