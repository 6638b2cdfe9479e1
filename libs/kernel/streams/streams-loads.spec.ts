import { count, counterDecider, Harness } from '../testing/counter-streams';

const A = 'counter-a';

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
