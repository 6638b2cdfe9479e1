import type { ColumnType } from '@slipway/kernel';
import { cellOf } from '../sql/cell';
import { type Dialect, quoted } from '../sql/dialect';

const TYPES: Record<ColumnType, string> = { text: 'TEXT', integer: 'INTEGER', boolean: 'INTEGER', position: 'INTEGER', json: 'TEXT' };

/** SQLite: booleans are 0 and 1, positions 64-bit integers, JSON its text. BINARY, the default collation, compares UTF-8: by code point. */
export const sqliteDialect: Dialect = {
  name: quoted,
  table: quoted,
  placeholder: (n) => `?${n}`,
  columnType: (type) => TYPES[type],
  encode: (type, value) => {
    const cell = cellOf(type, value);
    // The driver aborts the process when it is handed a boolean.
    return typeof cell === 'boolean' ? Number(cell) : cell;
  },
  decode: (type, cell) => {
    switch (type) {
      case 'text':
        return cell;
      case 'integer':
        return Number(cell);
      case 'boolean':
        return Number(cell) === 1;
      case 'position':
        return BigInt(cell as bigint);
      case 'json':
        return JSON.parse(cell as string) as unknown;
    }
  },
  // SQLite's lower() knows ASCII letters only, as the port says.
  contains: (text, part) => `instr(lower(${text}), lower(${part})) > 0`,
  // One tree for key and row: an upsert by key touches half the pages.
  tableSuffix: ' WITHOUT ROWID',
};
