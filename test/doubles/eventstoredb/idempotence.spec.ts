import { ANY, NO_STREAM, STREAM_EXISTS, WrongExpectedVersionError } from '@eventstore/db-client';
import { eventually } from '@slipway/kernel/testing';
import { afterRestart, all, binaryOf, event, events, failureOf, Plain } from './double.fixture';

describe('the double of EventStoreDB: the same ids again', () => {
  const on = new Plain();
  beforeEach(() => on.open());
  afterEach(() => on.close());

  const count = async () => (await all(on.client.readStream('s'))).length;

  it.each([NO_STREAM, 1n] as const)(
    'with the same expectation %p is answered as at first, also later and after a restart',
    async (expected) => {
      if (expected !== NO_STREAM) await on.client.appendToStream('s', events(2));
      const added = events(3);
      const original = await on.client.appendToStream('s', added, { expectedRevision: expected });
      expect(await on.client.appendToStream('s', added, { expectedRevision: expected })).toEqual(original);
      await on.client.appendToStream('s', events(2));
      expect(await on.client.appendToStream('s', added, { expectedRevision: expected })).toEqual(original);
      await on.double.restart();
      expect(await afterRestart(() => on.client.appendToStream('s', added, { expectedRevision: expected }))).toEqual(original);
      const start = await on.client.appendToStream('s', added.slice(0, 2), { expectedRevision: expected });
      expect(start.nextExpectedRevision).toBe(original.nextExpectedRevision - 1n);
      expect(await count()).toBe(Number(original.nextExpectedRevision) + 3);
    },
  );

  it('is told by ids alone: other data changes nothing', async () => {
    const one = event({ first: true });
    await on.client.appendToStream('s', one, { expectedRevision: NO_STREAM });
    await on.client.appendToStream('s', { ...one, data: { second: true } }, { expectedRevision: NO_STREAM });
    expect((await all(on.client.readStream('s'))).map(({ event: record }) => record?.data)).toEqual([{ first: true }]);
  });

  it('with more, reordered or later ids is refused', async () => {
    await on.client.appendToStream('s', event());
    const [a, b] = events(2) as [ReturnType<typeof event>, ReturnType<typeof event>];
    await on.client.appendToStream('s', [a, b], { expectedRevision: 0n });
    for (const other of [[a, b, event()], [b, a], [b]]) {
      const again = on.client.appendToStream('s', other, { expectedRevision: 0n });
      await expect(again).rejects.toBeInstanceOf(WrongExpectedVersionError);
    }
  });

  it('after the current revision is written again', async () => {
    const one = event();
    await on.client.appendToStream('s', one, { expectedRevision: NO_STREAM });
    await on.client.appendToStream('s', one, { expectedRevision: 0n });
    expect(await count()).toBe(2);
  });

  it.each([ANY, STREAM_EXISTS] as const)(
    'without an exact expectation (%s) is known until the restart, then written again',
    async (expected) => {
      await on.client.appendToStream('s', event());
      const added = events(2);
      const original = await on.client.appendToStream('s', added, { expectedRevision: expected });
      expect(await on.client.appendToStream('s', added, { expectedRevision: expected })).toEqual(original);
      expect(await count()).toBe(3);
      await on.double.restart();
      await afterRestart(() => on.client.appendToStream('s', added, { expectedRevision: expected }));
      expect(await count()).toBe(5);
    },
  );

  it('without an exact expectation is forgotten after 8 MiB of other events', async () => {
    const one = event();
    await on.client.appendToStream('s', one);
    for (let megabytes = 0; megabytes < 9; megabytes += 1) await on.client.appendToStream('other', binaryOf(1_000_000));
    await on.client.appendToStream('s', one);
    expect(await count()).toBe(2);
  });

  it('whose originals were truncated meanwhile succeeds without a position', async () => {
    const added = events(2);
    await on.client.appendToStream('s', added, { expectedRevision: NO_STREAM });
    await on.client.appendToStream('s', events(2));
    await on.client.setStreamMetadata('s', { truncateBefore: 2 });
    const again = await on.client.appendToStream('s', added, { expectedRevision: NO_STREAM });
    expect(again).toMatchObject({ success: true, nextExpectedRevision: 1n, position: undefined });
  });

  it('sent while the original is in flight is stored once, and not told so', async () => {
    await on.client.appendToStream('s', event());
    const one = event();
    const append = () => on.client.appendToStream('s', one, { expectedRevision: 0n });
    on.double.faults.fallSilent();
    const [original, again] = [append(), failureOf(append())];
    await eventually(() => on.double.faults.held.length === 2, 'both to be heard');
    on.double.faults.speak();
    expect(await original).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(await again).toMatchObject({ type: 'deadline-exceeded' });
    expect(await append()).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(await count()).toBe(2);
  });
});
