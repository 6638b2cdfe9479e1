import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import type { Schema, Table } from '@slipway/kernel';
import { checkShape } from '../validation/check-shape';
import type { Page } from './answer';
import { PageQuery, positionOf } from './page-query';
import { paged } from './paged';

interface Row {
  slug: string;
  place: number | null;
}

const table: Table<Row> = { name: 'rows', columns: { slug: 'text', place: 'integer' }, key: ['slug'] };
const schema: Schema = { name: 'rows', version: 1, tables: [table] };

describe('pages', () => {
  const store = new SqliteReadStore(':memory:');
  const page = (query: Record<string, string>, orderBy: 'place' | '-place' = 'place'): Promise<Page<string>> =>
    store.read(schema, (snapshot) =>
      paged(snapshot, table, { orderBy: [orderBy], page: checkShape(PageQuery, query, '?') }, ({ slug }) => slug),
    );

  beforeAll(async () => {
    await store.prepare(schema);
    const rows = Array.from({ length: 205 }, (_, at) => ({ slug: `s${at}`, place: at % 3 === 0 ? null : at % 7 }));
    await store.commit(
      'rows@1',
      undefined,
      { logId: 'log', position: 1n },
      rows.map((row) => ({ table, key: [row.slug], row })),
    );
  });
  afterAll(() => store.close());

  it('hold 50 unless asked otherwise, and tell where the next one starts', async () => {
    expect((await page({})).items).toHaveLength(50);
    const all: string[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const shown: Page<string> = await page({ limit: '37', ...(next ? { cursor: next } : {}) });
      all.push(...shown.items);
      next = shown.next;
    }
    expect(new Set(all).size).toBe(205);
    expect(all).toHaveLength(205);
  });

  it('have no next when the last row is shown, not even for a page that is full', async () => {
    const first = await page({ limit: '200' });
    expect((await page({ limit: '5', cursor: first.next! })).next).toBeUndefined();
  });

  it.each(['0', '201', '-1', '1.5', 'x', '', '1e2', '0x10', ' 5', '999999999999999999999'])('refuse the limit %p', async (limit) => {
    const refused = (async () => page({ limit }))();
    await expect(refused).rejects.toMatchObject({ code: 'request.invalid', errors: [{ pointer: '?limit' }] });
  });

  it.each([
    '',
    'x',
    'W10',
    'W251bGxd',
    Buffer.from('["a","b"]').toString('base64url'),
    Buffer.from('[1,"a\\u0000"]').toString('base64url'),
  ])('refuse the cursor %p', async (cursor) => {
    await expect(page({ cursor })).rejects.toMatchObject({ code: 'cursor.invalid', errors: [{ pointer: '?cursor' }] });
  });

  it('know positions of up to 19 digits', () => {
    expect(positionOf(checkShape(PageQuery, { atLeast: '9223372036854775807' }, '?'))).toBe(9223372036854775807n);
    expect(positionOf(checkShape(PageQuery, {}, '?'))).toBeUndefined();
    for (const atLeast of ['', '-1', 'x', '1.0', '12345678901234567890', ' 1'])
      expect(() => checkShape(PageQuery, { atLeast }, '?')).toThrow('must be a position');
  });
});
