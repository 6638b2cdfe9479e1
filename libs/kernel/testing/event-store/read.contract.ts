import type { EventMetadata } from '../../event';
import { event, events, idsOf, newStream, type StoreUnderTest } from './store-under-test';

const DEMANDING = {
  unicode: 'grüße 😀 \u2028\u0000"\\/\n',
  ключ: '値',
  nested: { list: [[], [{}], [1, [2, [3]]], null, true, false, ''], deep: { deeper: { deepest: [{ a: null }] } } },
  numbers: [0, 1, -1, 0.1, -1.5e-7, 1e21, 1.7976931348623157e308, 5e-324, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  zeta: 1,
  alpha: 2,
  middle: 3,
  '': 'empty key',
  $type: 'dollar',
};

export function readContract(test: StoreUnderTest): void {
  describe('read', () => {
    it('gives data and metadata back exactly, key order included', async () => {
      const stream = newStream('grüße');
      const metadata: EventMetadata = { ...event().metadata, actor: 'Zoë 😀', traceparent: '00-ab-cd-01', hash: 'f'.repeat(64) };
      const added = { ...event(DEMANDING, 'ReleaseCreated'), metadata };
      const { position } = await test.store.append(stream, 'none', [added]);
      await test.reopen();
      const [stored] = await test.store.readStream(stream);
      expect(stored).toEqual({ position, stream, version: 0, ...added });
      expect(JSON.stringify(stored?.data)).toBe(JSON.stringify(DEMANDING));
      expect(JSON.stringify(stored?.metadata)).toBe(JSON.stringify(metadata));
    });

    it('pages through a stream by version', async () => {
      const stream = newStream();
      const added = events(10);
      await test.store.append(stream, 'none', added);
      expect(idsOf(await test.store.readStream(stream, { from: 0, limit: 4 }))).toEqual(idsOf(added.slice(0, 4)));
      expect(idsOf(await test.store.readStream(stream, { from: 4, limit: 4 }))).toEqual(idsOf(added.slice(4, 8)));
      expect(idsOf(await test.store.readStream(stream, { from: 8, limit: 4 }))).toEqual(idsOf(added.slice(8)));
      expect(await test.store.readStream(stream, { from: 10 })).toEqual([]);
      expect(await test.store.readStream(stream, { from: 1_000_000 })).toEqual([]);
    });

    it('gives at most 1,000 events of a stream unless told otherwise', async () => {
      const stream = newStream();
      await test.store.append(stream, 'none', events(1_001));
      expect(await test.store.readStream(stream)).toHaveLength(1_000);
      expect(await test.store.readStream(stream, { limit: 2_000 })).toHaveLength(1_001);
    });

    it('finds a missing stream empty', async () => {
      expect(await test.store.readStream(newStream())).toEqual([]);
    });

    it('reads all streams after any position, be it that of an event or not', async () => {
      const start = await test.store.head();
      const streams = [newStream('a'), newStream('b')];
      for (let round = 0; round < 3; round += 1) for (const stream of streams) await test.store.append(stream, 'any', events(2));
      const all = await test.store.readAll({ after: start });
      expect(all.map((one) => [one.stream, one.version])).toEqual(
        [0, 2, 4].flatMap((version) => streams.flatMap((stream) => [[stream, version], [stream, version + 1]])), // prettier-ignore
      );
      for (const [index, one] of all.entries()) {
        expect(await test.store.readAll({ after: one.position })).toEqual(all.slice(index + 1));
        expect(await test.store.readAll({ after: one.position - 1n })).toEqual(all.slice(index));
      }
      const last = all.at(-1)!.position;
      expect(await test.store.readAll({ after: last + 1n })).toEqual([]);
      expect(await test.store.readAll({ after: last + 1_000_000n })).toEqual([]);
      expect(await test.store.readAll({ after: start, limit: 5 })).toEqual(all.slice(0, 5));
      expect(await test.store.head()).toBe(last);
    });

    it('reads the log from its beginning', async () => {
      await test.store.append(newStream(), 'none', events(1));
      const [first] = await test.store.readAll({ after: 0n, limit: 1 });
      expect(first?.position).toBeGreaterThan(0n);
    });

    it('leaves system events out of the whole log and its head, and gives them by stream', async () => {
      const start = await test.store.head();
      const claim = newStream('command');
      await test.store.append(claim, 'none', events(2, '$CommandClaimed'), { keepForSeconds: 600 });
      expect(await test.store.head()).toBe(start);
      expect(await test.store.readAll({ after: start })).toEqual([]);
      const { position } = await test.store.append(newStream(), 'none', events(1));
      await test.store.append(claim, 1, events(1, '$ClaimClosed'), { keepForSeconds: 600 });

      expect(await test.store.head()).toBe(position);
      expect((await test.store.readAll({ after: start })).map((one) => one.position)).toEqual([position]);
      expect((await test.store.readAll({ after: start, limit: 1 })).map((one) => one.position)).toEqual([position]);
      expect((await test.store.readStream(claim)).map((one) => one.type)).toEqual(['$CommandClaimed', '$CommandClaimed', '$ClaimClosed']);
    });

    it('keeps the identity of the log', async () => {
      const logId = await test.store.logId();
      expect(logId).not.toBe('');
      await test.store.append(newStream(), 'none', events(1));
      await test.reopen();
      expect(await test.store.logId()).toBe(logId);
    });
  });
}
