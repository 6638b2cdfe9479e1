import { cursorOf, decodeCursor, encodeCursor } from '../cursor';
import type { Scalar, Select } from '../ports/read-store';
import { reading, type Fixture, type Reading } from './read-store.fixture';
import { SeededRandom } from './seeded-random';

type Order = NonNullable<Select<Reading>['orderBy']>;

/** Few different values, so that most rows tie somewhere, and many nulls. */
function someRows(seed: number): Reading[] {
  const random = new SeededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random.fraction() * values.length)] as T;
  return Array.from({ length: 40 }, (_, index) =>
    reading(`r${String(index).padStart(2, '0')}`, {
      label: pick([null, '', 'B', 'a', 'é', '😀', '\uFFEE']),
      amount: pick([null, -1, 0, 1]),
      ok: pick([null, true, false]),
      position: pick([null, 2n ** 60n, 2n ** 60n + 1n]),
    }),
  );
}

/** The order of the port: nulls last both ways, texts by code point, false before true, then the key. */
function sorted(rows: readonly Reading[], order: Order): Reading[] {
  const compare = (a: unknown, b: unknown): number => {
    if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
    return Number(a) === Number(b) ? Number((a as bigint) > (b as bigint)) - Number((a as bigint) < (b as bigint)) : Number(a) - Number(b);
  };
  return [...rows].sort((one, other) => {
    for (const term of [...order, 'id']) {
      const column = term.replace(/^-/, '') as keyof Reading;
      const [a, b] = [one[column], other[column]];
      const difference =
        a === null || b === null ? Number(a === null) - Number(b === null) : compare(a, b) * (term.startsWith('-') ? -1 : 1);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

async function walk(fixture: Fixture, query: Select<Reading>): Promise<Reading[]> {
  const all: Reading[] = [];
  for (let after: Scalar[] | undefined; ;) {
    const page = await fixture.rows({ ...query, ...(after ? { after } : {}) });
    all.push(...page);
    const last = page.at(-1);
    if (!last || all.length > 1_000) return all;
    after = decodeCursor(encodeCursor(cursorOf({ name: 'readings', columns: COLUMNS, key: ['id'] }, query, last)));
  }
}

const COLUMNS = { id: 'text', label: 'text', amount: 'integer', ok: 'boolean', position: 'position', facts: 'json' } as const;

const ORDERS: readonly Order[] = [
  [],
  ['-id'],
  ['label'],
  ['-label'],
  ['amount', 'label'],
  ['-amount', 'label'],
  ['ok', '-position', 'label'],
  ['-position', '-ok', 'amount', '-id'],
  ['-label', 'id', 'amount'],
];

/** Order and keyset paging. Called by `readStoreContract`. */
export function readStorePagingContract(fixture: Fixture): void {
  describe('pages through an order', () => {
    it.each(ORDERS.map((order, index) => [order.join(', ') || 'the key', order, index + 1] as const))(
      'by %s, without gap or repeat (seed %#)',
      async (_, order, seed) => {
        const rows = someRows(seed);
        await fixture.commit(rows);
        const expected = sorted(rows, order);
        expect(await fixture.rows({ orderBy: order })).toEqual(expected);
        for (const limit of [1, 3, 40]) expect(await walk(fixture, { orderBy: order, limit })).toEqual(expected);
      },
    );

    it('filtered', async () => {
      const rows = someRows(77);
      await fixture.commit(rows);
      const query: Select<Reading> = {
        where: { ok: { not: null }, amount: [0, null] },
        orderBy: ['-label'],
        limit: 2,
      };
      const matches = rows.filter((row) => row.ok !== null && (row.amount === 0 || row.amount === null));
      expect(await walk(fixture, query)).toEqual(sorted(matches, ['-label']));
    });

    it('from a cursor whose row is gone, and without a limit', async () => {
      await fixture.commit([reading('a'), reading('c')]);
      expect(await fixture.ids({ after: ['b'] })).toBe('c');
      expect(await fixture.ids({ orderBy: ['label'], after: ['x', 'a'] })).toBe('c');
      expect(await fixture.ids({ orderBy: ['label'], after: [null, 'a'] })).toBe('');
    });

    it.each<[string, Scalar[], Order]>([
      ['too few values', ['x'], ['label']],
      ['too many values', ['x', 'a', 'b'], ['label']],
      ['a value of another type', [5, 'a'], ['label']],
      ['a fraction for an integer', [0.5, 'a'], ['amount']],
      ['a number for a position', [5, 'a'], ['position']],
      ['a position beyond 64 bits', [2n ** 70n, 'a'], ['position']],
      ['null for a key', ['x', null], ['label']],
    ])('refusing a cursor with %s', async (_, after, orderBy) => {
      await expect(fixture.rows({ orderBy, after, limit: 5 })).rejects.toMatchObject({ kind: 'invalid', code: 'cursor.invalid' });
    });
  });
}
