import { BACKWARDS, binaryEvent, END, type ReadAllOptions, START, StreamNotFoundError } from '@eventstore/db-client';
import { all, event, events, failureOf, Plain } from './double.fixture';

describe('the double of EventStoreDB: read', () => {
  const on = new Plain();
  beforeEach(() => on.open());
  afterEach(() => on.close());

  const revisions = async (options: Parameters<typeof on.client.readStream>[1]) =>
    (await all(on.client.readStream('s', options))).map(({ event: record }) => record?.revision);

  it('of a stream includes where it begins, both ways', async () => {
    await on.client.appendToStream('s', events(5));
    expect(await revisions({ fromRevision: 2n })).toEqual([2n, 3n, 4n]);
    expect(await revisions({ fromRevision: 2n, direction: BACKWARDS })).toEqual([2n, 1n, 0n]);
    expect(await revisions({ fromRevision: END, direction: BACKWARDS, maxCount: 1 })).toEqual([4n]);
    expect(await revisions({ fromRevision: 9n })).toEqual([]);
  });

  it('of the log includes where it begins forwards, and not backwards', async () => {
    await on.client.appendToStream('s', events(3));
    const log = (await all(on.client.readAll())).map(({ event: record }) => record!.position);
    const from = log.at(-2)!;
    const seen = async (options: Parameters<typeof on.client.readAll>[0]) =>
      (await all(on.client.readAll(options))).map(({ event: record }) => record!.position);
    expect(await seen({ fromPosition: from })).toEqual(log.slice(-2));
    expect(await seen({ fromPosition: from, direction: BACKWARDS, maxCount: 1 })).toEqual(log.slice(-3, -2));
    expect(await seen({ fromPosition: END, direction: BACKWARDS })).toEqual([...log].reverse());
    expect(await seen({ fromPosition: { commit: 1_000_000n, prepare: 1_000_000n } })).toEqual([]);
  });

  it('from the end forwards, of no events, or from a position that is no record’s fails', async () => {
    const { position } = await on.client.appendToStream('s', event());
    const beside = { commit: position!.commit - 1n, prepare: position!.prepare - 1n };
    const refused: ReadAllOptions[] = [{ fromPosition: END }, { maxCount: 0 }, { fromPosition: beside }];
    for (const options of refused) {
      expect(await failureOf(all(on.client.readAll(options)))).toMatchObject({ type: 'unknown', code: 2 });
    }
  });

  it('of a missing stream fails when it is iterated, not when it is asked for', async () => {
    const reading = on.client.readStream('missing');
    const error = await failureOf(all(reading));
    expect(error).toBeInstanceOf(StreamNotFoundError);
  });

  it('gives links as they are, or what they lead to, or nothing beside the link where that is gone', async () => {
    await on.client.appendToStream('s', events(2));
    const link = (to: string) => binaryEvent({ type: '$>', data: Buffer.from(to) });
    await on.client.appendToStream('links', [link('1@s'), link('7@s')]);
    const plain = await all(on.client.readStream('links'));
    expect(plain.map((one) => [one.event?.type, one.link])).toEqual([
      ['$>', undefined],
      ['$>', undefined],
    ]);
    const followed = await all(on.client.readStream('links', { resolveLinkTos: true }));
    expect(followed.map((one) => [one.event?.streamId, one.event?.revision, one.link?.streamId])).toEqual([
      ['s', 1n, 'links'],
      [undefined, undefined, 'links'],
    ]);
  });

  it('of the log shows system events too, and positions that rise with gaps', async () => {
    await on.client.appendToStream('s', events(3));
    await on.client.setStreamMetadata('s', { maxCount: 10 });
    const log = (await all(on.client.readAll({ fromPosition: START }))).map(({ event: record }) => record!);
    expect(log.map(({ type }) => type)).toEqual(['$metadata', 'Happened', 'Happened', 'Happened', '$metadata']);
    const positions = log.map(({ position }) => position.commit);
    expect(positions[0]).toBeGreaterThan(0n);
    for (const [index, position] of positions.slice(1).entries()) expect(position).toBeGreaterThan(positions[index]! + 1n);
    for (const { position } of log) expect(position.prepare).toBe(position.commit);
  });
});
