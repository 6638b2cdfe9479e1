import {
  ANY,
  binaryEvent,
  EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { all, event, events, failureOf, Plain } from './double.fixture';
import { EventStoreDbDouble } from './eventstoredb-double';

describe('the double of EventStoreDB: append', () => {
  const on = new Plain();
  beforeEach(() => on.open());
  afterEach(() => on.close());

  const bothPaths = [{}, { credentials: { username: 'admin', password: 'changeit' } }];

  it.each(bothPaths)('takes each kind of expected revision and tells the last one and its position (%j)', async (path) => {
    const one = await on.client.appendToStream('s', events(2), { expectedRevision: NO_STREAM, ...path });
    expect(one).toMatchObject({ success: true, nextExpectedRevision: 1n });
    await on.client.appendToStream('s', event(), { expectedRevision: ANY, ...path });
    await on.client.appendToStream('s', event(), { expectedRevision: STREAM_EXISTS, ...path });
    const last = await on.client.appendToStream('s', event(), { expectedRevision: 3n, ...path });
    expect(last.nextExpectedRevision).toBe(4n);
    const stored = await all(on.client.readStream('s'));
    expect(stored.map(({ event: record }) => record?.revision)).toEqual([0n, 1n, 2n, 3n, 4n]);
    expect(stored.at(-1)?.event?.position).toEqual(last.position);
  });

  it('takes an append of nothing and creates nothing', async () => {
    expect(await on.client.appendToStream('s', [])).toMatchObject({ success: true, nextExpectedRevision: 0n });
    expect(await failureOf(all(on.client.readStream('s')))).toMatchObject({ type: 'stream-not-found' });
  });

  it.each(bothPaths)('refuses a wrong expected revision, with nothing written (%j)', async (path) => {
    await on.client.appendToStream('s', events(2));
    const wrong = await failureOf(on.client.appendToStream('s', events(2), { expectedRevision: 0n, ...path }));
    expect(wrong).toBeInstanceOf(WrongExpectedVersionError);
    expect(wrong).toMatchObject({ streamName: 's', expectedVersion: 0n, actualVersion: 1n, message: '' });
    const missing = await failureOf(on.client.appendToStream('other', event(), { expectedRevision: STREAM_EXISTS, ...path }));
    expect(missing).toMatchObject({ expectedVersion: 'stream_exists', actualVersion: 'no_stream' });
    expect(await all(on.client.readStream('s'))).toHaveLength(2);
  });

  it('lets one of ten racers win', async () => {
    const racers = await Promise.allSettled(
      Array.from({ length: 10 }, () => on.client.appendToStream('s', event(), { expectedRevision: NO_STREAM })),
    );
    expect(racers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes 1 MiB of data, metadata not counted, and refuses a byte more', async () => {
    const of = (size: number) => binaryEvent({ type: 'Large', data: Buffer.alloc(size), metadata: { note: 'x'.repeat(1_000) } });
    await on.client.appendToStream('s', of(1_048_576));
    for (const path of bothPaths) {
      const large = await failureOf(on.client.appendToStream('s', of(1_048_577), path));
      expect(large).toBeInstanceOf(MaxAppendSizeExceededError);
      expect(large).toMatchObject({ maxAppendSize: 1_048_576 });
    }
    expect(await failureOf(on.client.appendToStream('s', of(20 * 1_048_576)))).toMatchObject({ code: 8 });
  });

  it('counts metadata too as 24.10', async () => {
    const newer = await EventStoreDbDouble.start({ version: '24.10' });
    const client = EventStoreDBClient.connectionString(newer.url);
    const of = (note: string) => binaryEvent({ type: 'Large', data: Buffer.alloc(1_048_000), metadata: { note } });
    await client.appendToStream('s', of('x'));
    expect(await failureOf(client.appendToStream('s', of('x'.repeat(1_000))))).toBeInstanceOf(MaxAppendSizeExceededError);
    await client.dispose();
    newer.stop();
  });

  it('gives JSON, bytes, missing metadata and unicode back', async () => {
    const metadata = Buffer.from('{"by":"me"}');
    const given = [
      jsonEvent({ type: 'Größe', data: { grüße: '😀', list: [1, null] }, metadata: { actor: 'Zoë' } }),
      jsonEvent({ type: 'Plain', data: {} }),
      binaryEvent({ type: 'Bytes', data: Buffer.from([0, 255]), metadata: Uint8Array.from(metadata) }),
    ];
    await on.client.appendToStream('ключ', given);
    const stored = (await all(on.client.readStream('ключ'))).map(({ event: record }) => record!);
    expect(stored.map(({ type, data, metadata, isJson }) => ({ type, data, metadata, isJson }))).toEqual([
      { type: 'Größe', data: { grüße: '😀', list: [1, null] }, metadata: { actor: 'Zoë' }, isJson: true },
      { type: 'Plain', data: {}, metadata: undefined, isJson: true },
      { type: 'Bytes', data: Uint8Array.from([0, 255]), metadata: { by: 'me' }, isJson: false },
    ]);
  });

  it.each([
    ['an id that is none', 's', { ...event(), id: 'seven' }],
    ['no type', 's', { ...event(), type: '' }],
    ['no stream', '', event()],
  ])('refuses %s as a bad request', async (_, stream, bad) => {
    const error = await failureOf(on.client.appendToStream(stream, bad));
    expect(error).toMatchObject({ type: 'unknown', message: 'Could not recognize BadRequest' });
  });
});
