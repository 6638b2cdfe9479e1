import { count, counterDecider, Harness } from '../testing/counter-streams';

const A = 'counter-a';

describe('a load of an earlier moment', () => {
  it('folds up to a position, whatever is cached, and leaves the cache as it is', async () => {
    const { streams, store } = new Harness().process({ soleWriter: true });
    for (const id of ['c1', 'c2', 'c3']) {
      await streams.handle(counterDecider, A, count(id, 2), 'any');
      await streams.handle(counterDecider, 'counter-b', count(id), 'any');
    }
    const events = await store.readAll({ after: 0n });
    for (const { position } of [{ position: 0n }, ...events, { position: 99n }]) {
      const counted = events.filter((event) => event.stream === A && event.position <= position);
      const loaded = await streams.load(counterDecider, A, position);
      expect(loaded).toMatchObject({
        version: counted.length - 1,
        state: { total: counted.length },
        position: counted.at(-1)?.position ?? 0n,
      });
    }
    expect(await streams.load(counterDecider, A)).toMatchObject({ version: 5, state: { total: 6 } });
  });

  it('says of a stream that had not begun when it did', async () => {
    const { streams, store } = new Harness().process({ soleWriter: true });
    await streams.handle(counterDecider, A, count('c1'), 'any');
    await streams.handle(counterDecider, 'counter-b', count('c2'), 'any');
    const { at } = (await store.readStream('counter-b'))[0]!.metadata;
    await expect(streams.existing(counterDecider, 'counter-b', 1n)).rejects.toMatchObject({
      code: 'counter.not-found',
      message: `There was no counter b yet: it was created at ${at}, position 2.`,
      facts: { counter: 'b', createdAt: at, createdPosition: '2' },
    });
    await expect(streams.existing(counterDecider, 'counter-c', 1n)).rejects.toMatchObject({
      facts: { counter: 'c' },
      message: 'There is no counter c.',
    });
  });
});

describe('a load while an append is under way', () => {
  it.each([true, false])('sees every event that a subscriber was told of (sole writer: %s)', async (soleWriter) => {
    const { streams, store } = new Harness().process({ soleWriter });
    await streams.handle(counterDecider, A, count('c1'), 'any');
    const ending = new AbortController();
    const seen: { told: number; loaded: number }[] = [];
    const following = (async () => {
      for await (const { events } of store.subscribe({ after: 1n, signal: ending.signal })) {
        const told = events.at(-1)?.version;
        if (told === undefined) continue;
        seen.push({ told, loaded: (await streams.load(counterDecider, A)).version });
        if (told === 3) ending.abort();
      }
    })();
    for (const id of ['c2', 'c3', 'c4']) await streams.handle(counterDecider, A, count(id), 'any');
    await following;
    expect(seen.filter(({ told, loaded }) => loaded < told)).toEqual([]);
    expect(await streams.load(counterDecider, A)).toMatchObject({ version: 3, state: { total: 4 } });
  });

  it('leaves the newer state in the cache, however long it took itself', async () => {
    const { streams } = new Harness().process({ soleWriter: true });
    const loads = [streams.load(counterDecider, A)];
    const handled = ['c1', 'c2', 'c3'].map((id) => {
      loads.push(streams.load(counterDecider, A));
      return streams.handle(counterDecider, A, count(id), 'any');
    });
    await Promise.all([...handled, ...loads]);
    expect(await streams.load(counterDecider, A)).toMatchObject({ version: 2, state: { total: 3 } });
  });
});
