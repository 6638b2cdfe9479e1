import { ANY, NO_STREAM, STREAM_EXISTS, StreamDeletedError } from '@eventstore/db-client';
import { all, event, events, failureOf, first, Plain } from './double.fixture';

describe('the double of EventStoreDB: deletion and retention', () => {
  const on = new Plain();
  beforeEach(() => on.open());
  afterEach(() => on.close());

  const revisions = async () => (await all(on.client.readStream('s'))).map(({ event: record }) => record?.revision);

  it('finds no deleted stream, and numbers what comes back on', async () => {
    const [old] = events(1);
    await on.client.appendToStream('s', [old!, event()]);
    await on.client.deleteStream('s');
    expect(await failureOf(revisions())).toMatchObject({ type: 'stream-not-found' });
    expect(await failureOf(on.client.appendToStream('s', event(), { expectedRevision: STREAM_EXISTS }))).toBeInstanceOf(StreamDeletedError);
    // A repeat of what was deleted succeeds, and the stream stays deleted.
    expect(await on.client.appendToStream('s', old!, { expectedRevision: NO_STREAM })).toMatchObject({ success: true });
    expect(await failureOf(revisions())).toMatchObject({ type: 'stream-not-found' });
    expect(await on.client.appendToStream('s', event(), { expectedRevision: NO_STREAM })).toMatchObject({ nextExpectedRevision: 2n });
    expect(await revisions()).toEqual([2n]);
  });

  it.each([
    ['nothing', NO_STREAM],
    ['anything', ANY],
    ['its last revision', 1n],
  ] as const)('makes a deleted stream anew for who expects %s', async (_, expectedRevision) => {
    await on.client.appendToStream('s', events(2));
    await on.client.deleteStream('s');
    expect(await on.client.appendToStream('s', event(), { expectedRevision })).toMatchObject({ nextExpectedRevision: 2n });
    expect(await revisions()).toEqual([2n]);
  });

  it('refuses everything of a tombstoned stream, and tells who follows it', async () => {
    await on.client.appendToStream('s', event());
    const following = on.client.subscribeToStream('s');
    const seen = first(following, 2);
    await on.client.tombstoneStream('s');
    expect((await seen).map(({ event: record }) => [record?.type, record?.revision])).toEqual([
      ['Happened', 0n],
      ['$streamDeleted', 2n ** 63n - 1n],
    ]);
    expect(await failureOf(revisions())).toBeInstanceOf(StreamDeletedError);
    expect(await failureOf(on.client.appendToStream('s', event()))).toBeInstanceOf(StreamDeletedError);
    expect(await failureOf(all(on.client.subscribeToStream('s')))).toBeInstanceOf(StreamDeletedError);
    expect((await all(on.client.readAll())).map(({ event: record }) => record?.type)).toContain('Happened');
  });

  it('ends the subscription of a stream that is tombstoned with the error', async () => {
    await on.client.appendToStream('s', event());
    const ended = failureOf(all(on.client.subscribeToStream('s')));
    await on.client.tombstoneStream('s');
    expect(await ended).toBeInstanceOf(StreamDeletedError);
  });

  it('tells numbers in the place of names when a deletion is refused', async () => {
    await on.client.appendToStream('s', event());
    expect(await failureOf(on.client.deleteStream('s', { expectedRevision: NO_STREAM }))).toMatchObject({ expectedVersion: -1n });
  });

  it('is not even asked by a client that would delete what exists', async () => {
    await on.client.appendToStream('s', event());
    const failure = await failureOf(on.client.deleteStream('s', { expectedRevision: STREAM_EXISTS as never }));
    expect(failure.message).toMatch(/serialization/);
    expect(await revisions()).toEqual([0n]);
  });

  it('drops from subscriptions of the stream too, and tells where its metadata stand by their position', async () => {
    await on.client.appendToStream('s', events(5));
    const { position } = await on.client.setStreamMetadata('s', { truncateBefore: 3 });
    const seen = await first(on.client.subscribeToStream('s'), 2);
    expect(seen.map(({ event: record }) => record?.revision)).toEqual([3n, 4n]);
    expect(await on.client.getStreamMetadata('s')).toMatchObject({
      metadata: { truncateBefore: 3 },
      metastreamRevision: position?.commit,
    });
  });

  it('drops by count, age and truncation at once, from the stream and not from the log', async () => {
    await on.client.appendToStream('s', events(5));
    await on.client.setStreamMetadata('s', { truncateBefore: 2 });
    expect(await revisions()).toEqual([2n, 3n, 4n]);
    // The whole metadata is replaced.
    await on.client.setStreamMetadata('s', { maxCount: 1 });
    expect(await revisions()).toEqual([4n]);
    await on.client.setStreamMetadata('s', { maxAge: 0 });
    expect(await revisions()).toEqual([]);
    expect((await all(on.client.readAll())).filter(({ event: record }) => record?.streamId === 's')).toHaveLength(5);
    const refused = await failureOf(on.client.appendToStream('s', event(), { expectedRevision: NO_STREAM }));
    expect(refused).toMatchObject({ actualVersion: 4n });
  });
});
