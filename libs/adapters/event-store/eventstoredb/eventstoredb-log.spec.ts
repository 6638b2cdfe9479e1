import { binaryEvent, jsonEvent } from '@eventstore/db-client';
import { UnreadableEvent, WrongExpectedVersion } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { event, events, idsOf } from '@slipway/kernel/testing/event-store/store-under-test';
import { DoubleUnderTest, storeAt } from './eventstoredb.fixture';

describe('a log in EventStoreDB', () => {
  let on: DoubleUnderTest;
  beforeEach(async () => (on = await DoubleUnderTest.open()));
  afterEach(() => on.close());

  it('has one identity, also when several processes ask at once for the first time', async () => {
    const stores = [on.store, storeAt(on.double.url), storeAt(on.double.url), storeAt(on.double.url)];
    const asked = await Promise.all(stores.map((store) => store.logId()));
    expect(new Set(asked).size).toBe(1);
    expect(await on.store.readAll({ after: 0n })).toEqual([]);
    expect(await on.store.head()).toBe(0n);
    await Promise.all(stores.slice(1).map((store) => store.close()));
  });

  it('may hold links, deletions and what is no JSON of other people beside it', async () => {
    const { position } = await on.store.append('s', 'none', events(2));
    await on.client.appendToStream('links', binaryEvent({ type: '$>', data: Buffer.from('0@s') }));
    await on.client.appendToStream('gone', jsonEvent({ type: '$Noted', data: {} }));
    await on.client.tombstoneStream('gone');
    await on.client.appendToStream('deleted', jsonEvent({ type: '$Noted', data: {} }));
    await on.client.deleteStream('deleted');
    expect(await on.store.head()).toBe(position);
    const last = await on.store.append('s', 1, events(1));
    const followed = on.follow();
    await followed.has(3);
    expect(followed.ids).toEqual(idsOf(await on.store.readAll({ after: 0n })));
    expect(await on.store.head()).toBe(last.position);
    expect(await on.store.readStream('gone')).toEqual([]);
    expect(await on.store.readStream('deleted')).toEqual([]);
    await expect(on.store.append('gone', 'any', events(1))).rejects.toMatchObject({ code: 'event-store.failed', retryable: false });
  });

  it.each([
    ['text that is no JSON', { contentType: 'application/json' as const, data: 'oops' }],
    ['bytes', { contentType: 'application/octet-stream' as const, data: Buffer.from('{}') }],
  ])('names an event whose data is %s, behind all that come before it', async (_, broken) => {
    await on.store.append('s', 'none', events(3));
    const { metadata } = event();
    const record = { ...jsonEvent({ type: 'Broken', data: {} }), ...broken, metadata: metadata as never } as never;
    const { position } = await on.client.appendToStream('s', record);
    const place = { position: position!.commit, stream: 's', version: 3 };
    await expect(on.store.readStream('s')).rejects.toMatchObject({ code: 'event-store.failed', place });
    await expect(on.store.readAll({ after: 0n })).rejects.toBeInstanceOf(UnreadableEvent);
    const followed = on.follow();
    await expect(followed.over).rejects.toMatchObject({ code: 'event-store.failed', place });
    expect(followed.events).toHaveLength(3);
  });

  it('is the same for a plain client that exports it', async () => {
    for (let turn = 0; turn < 40; turn += 1) await on.store.append(`s-${turn % 7}`, 'any', events(5, turn % 5 ? 'Happened' : '$Noted'));
    const exported = [];
    for await (const { event: record } of on.client.readAll()) {
      if (!record || record.type.startsWith('$')) continue;
      const { streamId: stream, revision, id, type, data, metadata, position } = record;
      exported.push({ position: position.commit, stream, version: Number(revision), id, type, data, metadata });
    }
    expect(await on.store.readAll({ after: 0n })).toEqual(exported);
  });

  it('answers every position from the next event on, in the middle of a long one too', async () => {
    for (let turn = 0; turn < 12; turn += 1) await on.store.append(`s-${turn}`, 'none', events(100));
    const all = await on.store.readAll({ after: 0n, limit: 10_000 });
    expect(all).toHaveLength(1_200);
    for (const index of [0, 1, 999, 1_000, 1_199]) {
      const { position } = all[index]!;
      expect(await on.store.readAll({ after: position - 3n, limit: 2 })).toEqual(all.slice(index, index + 2));
      const followed = on.follow(position - 3n, 4_000);
      await followed.has(all.length - index);
      expect(followed.ids).toEqual(idsOf(all.slice(index)));
    }
  });

  it('knows its head behind thousands of system events', async () => {
    const { position } = await on.store.append('s', 'none', events(1));
    for (let turn = 0; turn < 3; turn += 1) await on.store.append('noise', 'any', events(1_000, '$Noted'));
    expect(await on.store.head()).toBe(position);
  });
});

describe('a stream kept for a time in EventStoreDB', () => {
  let on: DoubleUnderTest;
  beforeEach(async () => (on = await DoubleUnderTest.open()));
  afterEach(() => on.close());

  const claim = (expected: 'none' | number, added = events(1, '$Claimed')) =>
    on.store.append('claim', expected, added, { keepForSeconds: 60 });
  const ages = () => on.double.database.visible('$$claim').map(({ data }) => JSON.parse(Buffer.from(data).toString()) as object);

  it('says so once, when it begins', async () => {
    await claim('none');
    await claim(0);
    await eventually(() => ages().length > 0, 'the age to be set');
    expect(ages()).toEqual([{ $maxAge: 60 }]);
  });

  it('is whole also where that fails', async () => {
    const added = events(1, '$Claimed');
    const kept = claim('none', added);
    await kept;
    on.double.cutCalls();
    expect(idsOf(await on.store.readStream('claim'))).toEqual(idsOf(added));
    expect(await on.surely('claim', 0, events(1, '$Claimed'))).toMatchObject({ version: 1 });
  });

  it('is new again once it is forgotten, with one winner, and with an answer to a repeat', async () => {
    await claim('none', events(2, '$Claimed'));
    await eventually(() => ages().length > 0, 'the age to be set');
    await on.client.setStreamMetadata('claim', { truncateBefore: 2 });
    expect(await on.store.readStream('claim')).toEqual([]);
    const racers = Array.from({ length: 5 }, () => events(1, '$Claimed'));
    const results = await Promise.allSettled(racers.map((added) => claim('none', added)));
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(WrongExpectedVersion);
    expect(idsOf(await on.store.readStream('claim'))).toEqual(idsOf(racers[winner]!));
    expect(await claim('none', racers[winner])).toMatchObject({ version: 2 });
    await expect(claim('none')).rejects.toMatchObject({ actual: 2 });
  });
});
