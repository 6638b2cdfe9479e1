import { isRetryable } from '../../errors';
import { BEGINNING } from '../../event';
import { type ExpectedVersion, MAX_APPEND_BYTES, WrongExpectedVersion } from '../../ports/event-store';
import { event, events, idsOf, newStream, type StoreUnderTest } from './store-under-test';

export function appendContract(test: StoreUnderTest): void {
  describe('append', () => {
    it.each<[ExpectedVersion, number]>([
      ['none', 0],
      ['any', 0],
      ['any', 2],
      ['exists', 2],
      [1, 2],
    ])('takes expected version %p on a stream of %p events', async (expected, before) => {
      const stream = newStream();
      if (before > 0) await test.store.append(stream, 'none', events(before));
      const added = events(2);
      const appended = await test.store.append(stream, expected, added);
      expect(appended.version).toBe(before + 1);
      const stored = await test.store.readStream(stream, { from: before });
      expect(idsOf(stored)).toEqual(idsOf(added));
      expect(stored.at(-1)?.position).toBe(appended.position);
    });

    it.each<[ExpectedVersion, number, number | 'none']>([
      ['none', 2, 1],
      ['exists', 0, 'none'],
      [0, 0, 'none'],
      [7, 0, 'none'],
      [0, 2, 1],
      [2, 2, 1],
      [7, 2, 1],
    ])('refuses expected version %p on a stream of %p events, and says it found %p', async (expected, before, actual) => {
      const stream = newStream();
      if (before > 0) await test.store.append(stream, 'none', events(before));
      const error: unknown = await test.store.append(stream, expected, events(2)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(WrongExpectedVersion);
      expect(error).toMatchObject({ stream, expected, actual });
      expect(await test.store.readStream(stream)).toHaveLength(before);
    });

    it('numbers the versions of a stream from 0 without gaps and the positions of all streams upwards', async () => {
      const streams = [newStream('a'), newStream('b'), newStream('c')];
      const positions: bigint[] = [];
      for (let round = 0; round < 4; round += 1) {
        for (const stream of streams) positions.push((await test.store.append(stream, 'any', events(2))).position);
      }
      expect(positions[0]).toBeGreaterThan(BEGINNING);
      expect([...positions].sort((a, b) => (a < b ? -1 : 1))).toEqual(positions);
      expect(new Set(positions).size).toBe(positions.length);
      for (const stream of streams) {
        const stored = await test.store.readStream(stream);
        expect(stored.map((one) => one.version)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        for (const [index, one] of stored.slice(1).entries()) expect(one.position).toBeGreaterThan(stored[index]!.position);
      }
    });

    it('lets exactly one of ten racers with the same expected version win', async () => {
      const stream = newStream();
      await test.store.append(stream, 'none', events(1));
      const racers = Array.from({ length: 10 }, () => events(2));
      const results = await Promise.allSettled(racers.map((racer) => test.store.append(stream, 0, racer)));
      const winners = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []));
      expect(winners).toHaveLength(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(WrongExpectedVersion);
      expect(idsOf(await test.store.readStream(stream, { from: 1 }))).toEqual(idsOf(racers[winners[0]!]!));
    });

    it('never lets the conflict of one append fail its neighbours', async () => {
      const taken = newStream('taken');
      await test.store.append(taken, 'none', events(3));
      const streams = Array.from({ length: 20 }, (_, index) => (index % 4 === 1 ? taken : newStream(`neighbour-${index}`)));
      const results = await Promise.allSettled(streams.map((stream) => test.store.append(stream, 'none', events(2))));
      expect(results.map((result) => result.status)).toEqual(streams.map((stream) => (stream === taken ? 'rejected' : 'fulfilled')));
      for (const stream of new Set(streams)) expect(await test.store.readStream(stream)).toHaveLength(stream === taken ? 3 : 2);
    });

    it('takes appends in flight to one stream in the order of their arrival', async () => {
      const stream = newStream();
      const added = events(30);
      await Promise.all(added.map((one) => test.store.append(stream, 'any', [one])));
      expect(idsOf(await test.store.readStream(stream))).toEqual(idsOf(added));
    });

    it('keeps what was given when the caller changes it afterwards', async () => {
      const stream = newStream();
      const data = { list: [1] };
      const appending = test.store.append(stream, 'none', [event(data)]);
      data.list.push(2);
      await appending;
      expect((await test.store.readStream(stream))[0]?.data).toEqual({ list: [1] });
    });

    it('refuses an append of no events as a programming error', async () => {
      const stream = newStream();
      const error: unknown = await test.store.append(stream, 'any', []).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(WrongExpectedVersion);
      expect(isRetryable(error)).toBe(false);
      expect(await test.store.readStream(stream)).toEqual([]);
    });

    it('takes an append of exactly the most bytes and refuses one byte more, with nothing written', async () => {
      // Two events of two-byte characters: the limit is over all events, over data and metadata, and in bytes.
      const empty = [event({ text: '' }), event({ text: '' })];
      const used = empty.reduce((sum, one) => sum + Buffer.byteLength(JSON.stringify(one.data) + JSON.stringify(one.metadata)), 0);
      const room = MAX_APPEND_BYTES - used;
      const filled = (bytes: number) => [event({ text: 'é'.repeat(Math.floor(bytes / 2)) + 'a'.repeat(bytes % 2) }), event({ text: '' })];
      const large = newStream('large');
      await test.store.append(large, 'none', filled(room));
      expect(await test.store.readStream(large)).toHaveLength(2);

      const tooLarge = newStream('too-large');
      await expect(test.store.append(tooLarge, 'none', filled(room + 1))).rejects.toMatchObject({
        code: 'event-store.append-too-large',
        retryable: false,
      });
      expect(await test.store.readStream(tooLarge)).toEqual([]);
    });
  });
}
