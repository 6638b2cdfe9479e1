import { cursorOf, decodeCursor, encodeCursor, type Select, type Snapshot, type Table } from '@slipway/kernel';
import type { Page } from './answer';
import { DEFAULT_LIMIT, type PageQuery } from './page-query';

/** One page of a table in the query's order; the cursor is the place of the last row in it. */
export async function paged<Row extends object, T>(
  snapshot: Snapshot,
  table: Table<Row>,
  select: Select<Row> & { page: PageQuery },
  item: (row: Row) => T | Promise<T>,
): Promise<Page<T>> {
  const { page, ...query } = select;
  const limit = page.limit ?? DEFAULT_LIMIT;
  const after = page.cursor === undefined ? {} : { after: decodeCursor(page.cursor) };
  const rows = await snapshot.select(table, { ...query, ...after, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = await Promise.all(shown.map(item));
  return rows.length > limit && last ? { items, next: encodeCursor(cursorOf(table, query, last)) } : { items };
}
