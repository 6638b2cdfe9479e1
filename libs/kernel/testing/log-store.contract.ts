import type { LogChunk, LogStore } from '../ports/log-store';
import { all, attempt, chunks, DEPLOYMENT, numbers } from './log-store.fixture';

export interface OpenedLogStore {
  readonly store: LogStore;
  /** The same store after a restart. */
  readonly reopen: () => Promise<LogStore>;
  readonly close: () => Promise<void>;
}

/** What every log store must do (decision 13). */
export function logStoreContract(name: string, open: () => Promise<OpenedLogStore>): void {
  describe(`the log store: ${name}`, () => {
    let opened: OpenedLogStore;
    let store: LogStore;
    const reopened = async () => (store = await opened.reopen());

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    it('comes back as it arrived, with its step, attempt and token', async () => {
      const odd: LogChunk = { number: 1, at: '2026-01-05T08:00:00.000Z', source: 'stderr', text: 'ä\n\r\u2028"\\\u{1f6a2}' };
      await store.append(attempt(), chunks(1, 2));
      await store.append(attempt({ step: 'Tell everybody: "done"', attempt: 2, token: 3 }), [odd]);
      const [one, two] = chunks(1, 2);
      const expected = [
        { step: 'Build', attempt: 1, token: 1, ...one! },
        { step: 'Build', attempt: 1, token: 1, ...two! },
        { step: 'Tell everybody: "done"', attempt: 2, token: 3, ...odd },
      ];
      expect(await all(store)).toEqual(expected);
      expect(await all(await reopened())).toEqual(expected);
    });

    it('is read in pages that meet without gap or repeat, also over lines longer than a block', async () => {
      await store.append(attempt(), chunks(1, 50));
      await store.append(attempt(), chunks(51, 55, 'ä'.repeat(90_000)));
      for (const limit of [1, 7, 55, 56]) {
        const found = await all(store, DEPLOYMENT, limit);
        expect(found.map(({ number }) => number)).toEqual(chunks(1, 55).map(({ number }) => number));
        expect(found[54]!.text).toBe(chunks(55, 55, 'ä'.repeat(90_000))[0]!.text);
      }
    });

    it('can be followed while it grows', async () => {
      expect(await store.read(DEPLOYMENT, { after: 0, limit: 10 })).toEqual({ chunks: [], reached: 0 });
      await store.append(attempt(), chunks(1, 2));
      const first = await store.read(DEPLOYMENT, { after: 0, limit: 10 });
      expect(first.next).toBeUndefined();
      expect(await store.read(DEPLOYMENT, { after: first.reached, limit: 10 })).toEqual({ chunks: [], reached: first.reached });
      await store.append(attempt(), chunks(3, 3));
      expect((await store.read(DEPLOYMENT, { after: first.reached, limit: 10 })).chunks.map(({ number }) => number)).toEqual([3]);
    });

    it('tells steps, attempts and tokens apart', async () => {
      const others = [attempt(), attempt({ step: 'Test' }), attempt({ attempt: 2 }), attempt({ token: 2 }), attempt({ step: '1/Build' })];
      for (const one of [...others, ...others]) await store.append(one, chunks(1, 1));
      expect((await all(store)).map(({ step, attempt: number, token }) => [step, number, token])).toEqual(
        others.map(({ step, attempt: number, token }) => [step, number, token]),
      );
    });

    it('keeps what comes late into a gap', async () => {
      await store.append(attempt(), [...chunks(1, 2), ...chunks(5, 6)]);
      await (await reopened()).append(attempt(), chunks(1, 6));
      expect(await numbers(store)).toEqual([1, 2, 5, 6, 3, 4]);
    });

    it('tells whether an attempt is stored whole, gaps and other attempts apart, also after a restart', async () => {
      expect(await store.holds(attempt(), 0)).toBe(true);
      expect(await store.holds(attempt(), 1)).toBe(false);
      await store.append(attempt(), [...chunks(1, 2), ...chunks(4, 5)]);
      expect(await store.holds(attempt(), 2)).toBe(true);
      expect(await store.holds(attempt(), 5)).toBe(false);
      await store.append(attempt(), chunks(3, 3));
      expect(await (await reopened()).holds(attempt(), 5)).toBe(true);
      expect(await store.holds(attempt({ token: 2 }), 1)).toBe(false);
    });

    it('changes nothing when chunks are delivered again, now or after a restart', async () => {
      await store.append(attempt(), chunks(1, 3));
      const before = await all(store);
      await store.append(attempt(), chunks(1, 3, 'changed'));
      await (await reopened()).append(attempt(), chunks(2, 3, 'changed'));
      expect(await all(store)).toEqual(before);
      await store.append(attempt(), [...chunks(2, 6), ...chunks(6, 6)]);
      expect(await numbers(store)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('refuses numbers and places that are none', async () => {
      for (const number of [0, -1, 1.5, NaN]) {
        await expect(store.append(attempt(), [{ ...chunks(1, 1)[0]!, number }])).rejects.toMatchObject({ code: 'log-store.refused' });
        if (number !== 0)
          await expect(store.read(DEPLOYMENT, { after: number, limit: 1 })).rejects.toMatchObject({ code: 'log-store.refused' });
      }
      expect(await all(store)).toEqual([]);
    });

    it('is unavailable once it is closed', async () => {
      await store.close();
      await expect(store.append(attempt(), chunks(1, 1))).rejects.toMatchObject({ code: 'log-store.unavailable', retryable: true });
    });
  });
}
