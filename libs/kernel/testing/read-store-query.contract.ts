import type { Select, Where } from '../ports/read-store';
import { at, PAIRS, reading, READINGS, SAMPLES, type Fixture, type Pair, type Reading } from './read-store.fixture';

const ROWS: readonly Reading[] = [
  reading('a', { label: 'Shop API', amount: 1, ok: true, position: 1n }),
  reading('b', { label: 'shop worker', amount: 2, ok: false, position: 2n ** 60n }),
  reading('c', { label: 'Éclair', amount: 3, ok: true, position: 3n, facts: { note: 1 } }),
  reading('d', { label: null, amount: null, ok: null, position: null, facts: [] }),
  reading('e', { label: '100%_"x\'', amount: -4, ok: false, position: 0n }),
];

/** Round trips of cells, reads by key, and every form of condition. Called by `readStoreContract`. */
export function readStoreQueryContract(fixture: Fixture): void {
  describe('keeps cells exactly', () => {
    it.each<[string, Partial<Reading>]>([
      ['texts', { label: 'line\nbreak "quotes" \'single\' 😀 é \\ ; DROP TABLE readings' }],
      ['an empty text', { label: '' }],
      ['a long text', { label: 'ü'.repeat(100_000) }],
      ['a large integer', { amount: Number.MAX_SAFE_INTEGER }],
      ['a small integer', { amount: Number.MIN_SAFE_INTEGER }],
      ['zero', { amount: 0 }],
      ['false', { ok: false }],
      ['a position beyond 2^53', { position: 2n ** 63n - 1n }],
      ['position zero', { position: 0n }],
      ['nulls', { label: null, amount: null, ok: null, position: null, facts: null }],
      ['a JSON object, its keys in order', { facts: { z: 1, a: [null, true, 0.1, 'é\u0000', { deep: {} }], 10: 'x' } }],
      ['JSON scalars', { facts: 'text' }],
      ['JSON false', { facts: false }],
      ['a JSON number', { facts: 1e21 }],
    ])('%s', async (_, cells) => {
      await fixture.commit([reading('a', cells)]);
      const rows = await fixture.rows();
      expect(rows).toStrictEqual([reading('a', cells)]);
      expect(JSON.stringify(rows[0]?.facts)).toBe(JSON.stringify(cells.facts ?? null));
      expect(Object.keys(rows[0] ?? {})).toEqual(Object.keys(READINGS.columns));
    });

    it('and a column that was left out as null', async () => {
      const { label: _, ...rest } = reading('a');
      await fixture.store.commit('samples@1', undefined, at(1), [{ table: READINGS, key: ['a'], row: { ...rest, amount: undefined } }]);
      expect(await fixture.rows()).toStrictEqual([reading('a', { label: null, amount: null })]);
    });

    it('but what no store keeps in a text as U+FFFD, in keys and questions too', async () => {
      await fixture.commit([reading('a\u0000b', { label: 'x\u0000y' })]);
      expect(await fixture.rows({ where: { label: 'x\u0000y' } })).toEqual([reading('a\uFFFDb', { label: 'x\uFFFDy' })]);
      expect(await fixture.store.read(SAMPLES, (s) => s.get(READINGS, 'a\u0000b'))).toEqual(reading('a\uFFFDb', { label: 'x\uFFFDy' }));
    });
  });

  it('finds rows by key, one or many', async () => {
    await fixture.commit(ROWS);
    await fixture.store.read(SAMPLES, async (snapshot) => {
      expect(await snapshot.get(READINGS, 'c')).toEqual(ROWS[2]);
      expect(await snapshot.get(READINGS, 'nowhere')).toBeUndefined();
      const many = await snapshot.getMany(READINGS, [['e'], ['nowhere'], ['a'], ['e']]);
      expect(many.map(({ id }) => id).sort()).toEqual(['a', 'e']);
      expect(await snapshot.getMany(READINGS, [])).toEqual([]);
    });
  });

  it('finds rows by a key of several columns', async () => {
    const pairs: Pair[] = [
      { position: 2n ** 60n, name: 'a', even: true },
      { position: 2n ** 60n, name: 'a', even: false },
      { position: 2n ** 60n + 1n, name: 'a', even: true },
    ];
    await fixture.store.write(pairs.map((row) => ({ table: PAIRS, key: [row.position, row.name, row.even], row })));
    await fixture.store.write([{ table: PAIRS, key: [2n ** 60n, 'a', false], row: null }]);
    await fixture.store.read(SAMPLES, async (snapshot) => {
      expect(await snapshot.get(PAIRS, 2n ** 60n + 1n, 'a', true)).toEqual(pairs[2]);
      expect(await snapshot.get(PAIRS, 2n ** 60n, 'a', false)).toBeUndefined();
      expect(
        await snapshot.getMany(
          PAIRS,
          pairs.map((pair) => [pair.position, pair.name, pair.even]),
        ),
      ).toHaveLength(2);
      await expect(snapshot.get(PAIRS, 1n)).rejects.toThrow('key');
    });
  });

  describe('answers', () => {
    beforeEach(() => fixture.commit(ROWS));

    it.each<[string, Where<Reading>]>([
      ['a b c d e', {}],
      ['a', { label: 'Shop API' }],
      ['', { label: 'shop api' }],
      ['d', { label: null }],
      ['b e', { ok: false }],
      ['b', { position: 2n ** 60n }],
      ['a c', { amount: [3, 1, 77] }],
      ['a d', { amount: [1, null] }],
      ['d', { amount: [null] }],
      ['', { amount: [] }],
      ['b c', { amount: { gt: 1 } }],
      ['b c', { amount: { gte: 2, lte: 3 } }],
      ['e', { amount: { lt: 0 } }],
      ['a e', { position: { lt: 3n } }],
      ['', { amount: { gt: null } }],
      ['a b d e', { label: { not: 'Éclair' } }],
      ['a b c e', { label: { not: null } }],
      ['b d e', { ok: { not: true } }],
      ['a b', { label: { contains: 'SHOP' } }],
      ['c', { label: { contains: 'clai' } }],
      ['e', { label: { contains: '%_"x\'' } }],
      ['', { label: { contains: '_hop' } }],
      ['a b c e', { label: { contains: '' } }],
      ['b', { label: { contains: 'shop', not: 'Shop API' } }],
      ['c d', { facts: { not: null } }],
      ['a b e', { facts: null }],
      ['a', { ok: true, amount: { lt: 3 } }],
      ['a b c d e', { ok: undefined, amount: { gt: undefined } }],
    ])('%j where its conditions hold: %p', async (ids, where) => {
      expect(await fixture.ids({ where })).toBe(ids);
      expect(await fixture.store.read(SAMPLES, (s) => s.count(READINGS, where))).toBe(ids === '' ? 0 : ids.split(' ').length);
    });

    it.each<[string, Select<Reading>]>([
      ['a b', { limit: 2 }],
      ['', { limit: 0 }],
    ])('%j for %p', async (ids, query) => {
      expect(await fixture.ids(query)).toBe(ids);
    });

    it.each<[string, Select<Reading>]>([
      ['an unknown column', { where: { colour: 'red' } as Where<Reading> }],
      ['JSON compared with a value', { where: { facts: 'x' } }],
      ['an order by JSON', { orderBy: ['facts'] }],
      ['a limit below zero', { limit: -1 }],
      ['a value of another type', { where: { amount: 'many' } }],
    ])('%s with an error', async (_, query) => {
      await expect(fixture.rows(query)).rejects.toThrow();
    });
  });
}
