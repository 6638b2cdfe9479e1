import { inspect } from 'node:util';
import type { ColumnType } from '@slipway/kernel';

/** A cell as the port says that a column of its type holds it, `json` as its text. Throws for a value that the column cannot hold: a mistake in the code. */
export function cellOf(type: ColumnType, value: unknown): string | number | boolean | bigint | null {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'text':
      if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
      break;
    case 'integer':
      if (Number.isSafeInteger(value)) return value as number;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'position':
      if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
      break;
    case 'json':
      return JSON.stringify(value);
  }
  throw new TypeError(`${typeof value} ${inspect(value).slice(0, 40)} does not fit a column of type ${type}`);
}
