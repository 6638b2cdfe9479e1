import { inspect } from 'node:util';
import type { ColumnType } from '@slipway/kernel';
import type { Dialect } from '../sql/dialect';

const TYPES: Record<ColumnType, string> = { text: 'TEXT', integer: 'INTEGER', boolean: 'INTEGER', position: 'INTEGER', json: 'TEXT' };

/** SQLite: booleans are 0 and 1, positions 64-bit integers, JSON its text. BINARY, the default collation, compares UTF-8: by code point. */
export const sqliteDialect: Dialect = {
  placeholder: (n) => `?${n}`,
  columnType: (type) => TYPES[type],
  encode: (type, value) => {
    if (value === null || value === undefined) return null;
    switch (type) {
      case 'text':
        // The driver ends a text at U+0000.
        if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
        break;
      case 'integer':
        if (Number.isSafeInteger(value)) return value;
        break;
      case 'boolean':
        // The driver aborts the process when it is handed a boolean.
        if (typeof value === 'boolean') return value ? 1 : 0;
        break;
      case 'position':
        if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
        break;
      case 'json':
        return JSON.stringify(value);
    }
    throw new TypeError(`${typeof value} ${inspect(value).slice(0, 40)} does not fit a column of type ${type}`);
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
