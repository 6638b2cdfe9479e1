import { LRUCache } from 'lru-cache';
import type { AnyTable } from '../ports/read-store';

const MOST_ROWS = 2_000;

/** Rows as they are in the store, null for one that is not there: known to whoever alone writes them. Those that were used last, a bounded number. */
export class KeptRows {
  private readonly rows = new LRUCache<string, { readonly row: object | null }>({ max: MOST_ROWS });

  find(table: AnyTable, id: string): { readonly row: object | null } | undefined {
    return this.rows.get(nameOf(table, id));
  }

  keep(table: AnyTable, id: string, row: object | null): void {
    this.rows.set(nameOf(table, id), { row });
  }
}

function nameOf({ name }: AnyTable, id: string): string {
  return `${name}/${id}`;
}
