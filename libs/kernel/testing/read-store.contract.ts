import { readStorePagingContract } from './read-store-paging.contract';
import { readStoreQueryContract } from './read-store-query.contract';
import { at, Fixture, READINGS, reading, SAMPLES, type OpenReadStore } from './read-store.fixture';
import type { RowChange, Table } from '../ports/read-store';

/** What every read store must do. `open` gives an empty one; it is closed after each test. */
export function readStoreContract(name: string, open: OpenReadStore): void {
  describe(`${name} as a read store`, () => {
    const fixture = new Fixture(open);
    beforeEach(() => fixture.start());
    afterEach(() => fixture.store.close());

    describe('prepares tables', () => {
      it('as often as it is asked', async () => {
        await fixture.commit([reading('a')]);
        await fixture.store.prepare(SAMPLES);
        expect(await fixture.rows()).toHaveLength(1);
      });

      it.each<[string, Table<never>]>([
        ['another column', { ...READINGS, columns: { ...READINGS.columns, extra: 'text' } } as Table<never>],
        ['another column type', { ...READINGS, columns: { ...READINGS.columns, label: 'json' } } as Table<never>],
        ['another key', { ...READINGS, key: ['label'] } as unknown as Table<never>],
      ])('but refuses one with %s under the same version, and keeps its rows', async (_, changed) => {
        await fixture.commit([reading('a')]);
        const refusal = fixture.store.prepare({ ...SAMPLES, tables: [changed] });
        await expect(refusal).rejects.toMatchObject({ code: 'read-store.schema-changed', retryable: false });
        expect(await fixture.rows()).toHaveLength(1);
      });

      it('with further indexes under the same version', async () => {
        await fixture.commit([reading('a')]);
        await fixture.store.prepare({ ...SAMPLES, tables: [{ ...READINGS, indexes: [['label'], ['ok', 'label']] }] });
        expect(await fixture.rows()).toHaveLength(1);
      });

      it('of two versions of a schema side by side', async () => {
        const table: Table<{ id: string; other: number }> = { name: 'readings', columns: { id: 'text', other: 'integer' }, key: ['id'] };
        const second = { ...SAMPLES, version: 2, tables: [table] };
        await fixture.store.prepare(second);
        await fixture.commit([reading('a')]);
        await fixture.store.commit('samples@2', undefined, at(9), [{ table, key: ['a'], row: { id: 'a', other: 5 } }]);
        expect(await fixture.rows()).toEqual([reading('a')]);
        const [rows, position] = await fixture.store.read(second, async (s) => [await s.select(table), s.position]);
        expect([rows, position]).toEqual([[{ id: 'a', other: 5 }], 9n]);
      });
    });

    describe('saves rows and checkpoint together', () => {
      it('and shows no checkpoint before the first', async () => {
        expect(await fixture.store.checkpoint('samples@1')).toBeUndefined();
        expect(await fixture.store.checkpoints()).toEqual(new Map());
        expect(await fixture.store.read(SAMPLES, async (s) => s.position)).toBe(0n);
      });

      it('inserting, replacing and deleting by key', async () => {
        await fixture.commit([reading('a'), reading('b'), reading('c')]);
        const changes: RowChange[] = [
          { table: READINGS, key: ['a'], row: reading('a', { label: 'new', ok: null }) },
          { table: READINGS, key: ['b'], row: null },
          { table: READINGS, key: ['missing'], row: null },
        ];
        await fixture.store.commit('samples@1', at(1), at(2n ** 62n), changes);
        expect(await fixture.rows()).toEqual([reading('a', { label: 'new', ok: null }), reading('c')]);
        expect(await fixture.store.checkpoint('samples@1')).toEqual(at(2n ** 62n));
      });

      it('letting the last of several changes of one key win', async () => {
        const change = (row: object | null): RowChange => ({ table: READINGS, key: ['a'], row });
        await fixture.store.commit('samples@1', undefined, at(1), [
          change(reading('a', { label: 'x' })),
          change(null),
          change(reading('a', { label: 'y' })),
        ]);
        expect(await fixture.rows()).toEqual([reading('a', { label: 'y' })]);
      });

      it('moving a checkpoint that has no rows', async () => {
        await fixture.store.commit('reactor', undefined, at(3), []);
        await fixture.store.commit('reactor', at(3), at(4), []);
        await fixture.commit([]);
        expect(await fixture.store.checkpoints()).toEqual(
          new Map([
            ['reactor', at(4)],
            ['samples@1', at(1)],
          ]),
        );
      });

      it('forgetting a checkpoint, and no other, however often', async () => {
        await fixture.store.commit('reactor', undefined, at(3), []);
        await fixture.store.commit('relay', undefined, at(4), []);
        await fixture.store.forget('reactor');
        await fixture.store.forget('reactor');
        expect(await fixture.store.checkpoints()).toEqual(new Map([['relay', at(4)]]));
        await fixture.store.commit('reactor', undefined, at(1), []);
        expect(await fixture.store.checkpoint('reactor')).toEqual(at(1));
      });

      it.each([
        ['another position', at(1)],
        ['a position of another log', { logId: 'log-2', position: 2n }],
        ['none', undefined],
      ])('writing nothing when the checkpoint was expected at %s', async (_, expected) => {
        await fixture.store.commit('samples@1', undefined, at(2), [{ table: READINGS, key: ['a'], row: reading('a') }]);
        const late = fixture.store.commit('samples@1', expected, at(5), [{ table: READINGS, key: ['b'], row: reading('b') }]);
        await expect(late).rejects.toMatchObject({ name: 'CheckpointMoved', subscription: 'samples@1' });
        expect(await fixture.rows()).toEqual([reading('a')]);
        expect(await fixture.store.checkpoint('samples@1')).toEqual(at(2));
      });

      it('writing nothing when a checkpoint was expected and there is none', async () => {
        const late = fixture.store.commit('samples@1', at(1), at(5), [{ table: READINGS, key: ['b'], row: reading('b') }]);
        await expect(late).rejects.toMatchObject({ name: 'CheckpointMoved' });
        expect([await fixture.rows(), await fixture.store.checkpoint('samples@1')]).toEqual([[], undefined]);
      });

      it('letting one of several owners win', async () => {
        const owners = [1, 2, 3, 4].map((n) =>
          fixture.store.commit('samples@1', undefined, at(n), [{ table: READINGS, key: [`${n}`], row: reading(`${n}`) }]),
        );
        const won = (await Promise.allSettled(owners)).map((owner) => owner.status === 'fulfilled');
        expect(won.filter(Boolean)).toHaveLength(1);
        expect((await fixture.rows()).map(({ id }) => id)).toEqual([`${won.indexOf(true) + 1}`]);
      });

      it('leaving nothing half-written when a row does not fit', async () => {
        await fixture.commit([reading('a')]);
        const bad = { ...reading('c'), amount: 'many' };
        for (const row of [bad, { ...reading('c'), id: null }, { ...reading('c'), amount: 2 ** 53 }, { ...reading('c'), id: 'another' }]) {
          const changes: RowChange[] = [
            { table: READINGS, key: ['b'], row: reading('b') },
            { table: READINGS, key: ['c'], row },
          ];
          await expect(fixture.store.commit('samples@1', at(1), at(2), changes)).rejects.toThrow();
          await expect(fixture.store.write(changes)).rejects.toThrow();
        }
        expect(await fixture.rows()).toEqual([reading('a')]);
        expect(await fixture.store.checkpoint('samples@1')).toEqual(at(1));
      });

      it('refusing a table that was not prepared', async () => {
        const stranger: RowChange = { table: { ...READINGS, name: 'strangers' }, key: ['a'], row: reading('a') };
        await expect(fixture.store.commit('samples@1', undefined, at(1), [stranger])).rejects.toThrow('strangers');
        expect(await fixture.store.checkpoint('samples@1')).toBeUndefined();
      });
    });

    it('writes rows that are no projection without any checkpoint', async () => {
      await fixture.store.write([{ table: READINGS, key: ['a'], row: reading('a') }]);
      await fixture.store.write([
        { table: READINGS, key: ['b'], row: reading('b') },
        { table: READINGS, key: ['a'], row: null },
      ]);
      expect([await fixture.rows(), await fixture.store.checkpoints()]).toEqual([[reading('b')], new Map()]);
    });

    it('reads one moment of rows and position, whatever is committed meanwhile', async () => {
      await fixture.commit([reading('a')]);
      let committing = Promise.resolve();
      const seen = await fixture.store.read(SAMPLES, async (snapshot) => {
        const before = await snapshot.count(READINGS);
        committing = fixture.store.commit('samples@1', at(1), at(2), [{ table: READINGS, key: ['b'], row: reading('b') }]);
        await new Promise((resolve) => setImmediate(resolve));
        const nested = await fixture.store.read(SAMPLES, async (inner) => (await inner.get(READINGS, 'a'))?.id);
        return { before, nested, after: await snapshot.count(READINGS), position: snapshot.position };
      });
      expect(seen).toEqual({ before: 1, nested: 'a', after: 1, position: 1n });
      await committing;
      expect(await fixture.store.read(SAMPLES, async (s) => [await s.count(READINGS), s.position])).toEqual([2, 2n]);
    });

    it('passes on what a reader throws, and goes on', async () => {
      await expect(fixture.store.read(SAMPLES, () => Promise.reject(new Error('no luck')))).rejects.toThrow('no luck');
      await fixture.commit([reading('a')]);
      expect(await fixture.rows()).toHaveLength(1);
    });

    readStoreQueryContract(fixture);
    readStorePagingContract(fixture);
  });
}
