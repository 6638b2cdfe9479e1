import { WrongExpectedVersion } from '../../ports/event-store';
import { events, idsOf, newStream, type StoreUnderTest } from './store-under-test';

export function retryContract(test: StoreUnderTest): void {
  describe('retry of an append whose outcome is unknown', () => {
    it.each(['none', 1] as const)(
      'answers the original result for the same ids and expected version %p, at once, later and reopened',
      async (expected) => {
        const stream = newStream();
        if (expected !== 'none') await test.store.append(stream, 'none', events(2));
        const added = events(3);
        const original = await test.store.append(stream, expected, added);
        expect(await test.store.append(stream, expected, added)).toEqual(original);

        await test.store.append(stream, original.version, events(2));
        await test.store.append(newStream('other'), 'none', events(1));
        expect(await test.store.append(stream, expected, added)).toEqual(original);

        await test.reopen();
        expect(await test.store.append(stream, expected, added)).toEqual(original);
        const stored = await test.store.readStream(stream);
        expect(stored).toHaveLength(original.version + 3);
        expect(idsOf(stored.slice(original.version - 2, original.version + 1))).toEqual(idsOf(added));
      },
    );

    it('refuses other ids, more ids, a part from the end, another order and another expected version', async () => {
      const stream = newStream();
      await test.store.append(stream, 'none', events(1));
      const added = events(3);
      const [first, second, third] = added as [(typeof added)[0], (typeof added)[0], (typeof added)[0]];
      await test.store.append(stream, 0, added);

      for (const other of [events(3), [...added, ...events(1)], [second, third], [third], [second, first, third]]) {
        await expect(test.store.append(stream, 0, other)).rejects.toMatchObject({ name: 'WrongExpectedVersion', actual: 3 });
      }
      for (const expected of ['none', 1, 2] as const) {
        await expect(test.store.append(stream, expected, added)).rejects.toBeInstanceOf(WrongExpectedVersion);
      }
      expect(idsOf(await test.store.readStream(stream, { from: 1 }))).toEqual(idsOf(added));
    });

    it('refuses more ids than the original had also when later events follow', async () => {
      const stream = newStream();
      const added = events(2);
      await test.store.append(stream, 'none', added);
      await test.store.append(stream, 1, events(5));
      await expect(test.store.append(stream, 'none', [...added, ...events(1)])).rejects.toBeInstanceOf(WrongExpectedVersion);
      expect(await test.store.readStream(stream)).toHaveLength(7);
    });
  });
}
