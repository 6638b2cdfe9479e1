import { createHash } from 'node:crypto';
import type { ColumnType } from '@slipway/kernel';
import { cellOf } from '../sql/cell';
import { type Dialect, quoted } from '../sql/dialect';

export const TYPES: Record<ColumnType, string> = { text: 'text', integer: 'bigint', boolean: 'boolean', position: 'bigint', json: 'json' };

/** Longer names are cut by the server: two of them could become one. */
const NAME_BYTES = 63;

/** PostgreSQL: collation C compares UTF-8 by bytes, and so by code point; `json` keeps a text as it came, as jsonb would not. */
export const postgresDialect: Dialect = {
  name: (name) => quoted(short(name)),
  table: (physical) => `slipway_read.${quoted(short(physical))}`,
  placeholder: (n) => `$${n}`,
  columnType: (type) => (type === 'text' ? 'text COLLATE "C"' : TYPES[type]),
  encode: cellOf,
  decode: (type, cell) => {
    // The driver reads booleans and JSON itself, and leaves 64-bit integers as texts.
    if (type === 'integer') return Number(cell);
    return type === 'position' ? BigInt(cell as string) : cell;
  },
  // In collation C lower() knows ASCII letters only, as the port says.
  contains: (text, part) => `strpos(lower(${text}), lower(${part}::text COLLATE "C")) > 0`,
  tableSuffix: '',
};

/** A name that no other one shares, as short as the server needs it. */
export function short(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= NAME_BYTES) return name;
  const rest = `~${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`;
  return bytes.toString('utf8', 0, NAME_BYTES - rest.length).replace(/\uFFFD+$/, '') + rest;
}
