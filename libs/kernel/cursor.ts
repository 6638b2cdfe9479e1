import { DomainError } from './errors';
import type { AnyTable, ColumnType, Scalar } from './ports/read-store';

/** One column of a total order over the rows of a table. */
export interface OrderColumn {
  readonly column: string;
  readonly type: ColumnType;
  readonly descending: boolean;
  /** Key columns are never null. */
  readonly nullable: boolean;
}

/** The order of a query, key columns appended: what `after` and `cursorOf` are about. Throws for unknown and `json` columns: a mistake in the code. */
export function orderOf(table: AnyTable, query: { readonly orderBy?: readonly string[] }): OrderColumn[] {
  const named = query.orderBy ?? [];
  const plain = named.map((name) => name.replace(/^-/, ''));
  return [...named, ...table.key.filter((column) => !plain.includes(column))].map((name) => {
    const column = name.replace(/^-/, '');
    const type = table.columns[column];
    if (!type || type === 'json') throw new Error(`${table.name} cannot be ordered by ${column}`);
    return { column, type, descending: name.startsWith('-'), nullable: !table.key.includes(column) };
  });
}

/** Where a row stands in the order of a query: hand it back as `after` to go on behind it. */
export function cursorOf(table: AnyTable, query: { readonly orderBy?: readonly string[] }, row: object): Scalar[] {
  return orderOf(table, query).map(({ column }) => (row as Record<string, Scalar | undefined>)[column] ?? null);
}

/** A cursor as opaque text: base64url of JSON, positions included. */
export function encodeCursor(values: readonly Scalar[]): string {
  const json = JSON.stringify(values.map((value) => (typeof value === 'bigint' ? { position: value.toString() } : value)));
  return Buffer.from(json, 'utf8').toString('base64url');
}

/** The values in a cursor's text. Errors: DomainError `cursor.invalid` for anything that `encodeCursor` did not write. */
export function decodeCursor(text: string): Scalar[] {
  const bytes = Buffer.from(text, 'base64url');
  if (text === '' || bytes.toString('base64url') !== text) throw invalidCursor();
  let values: unknown;
  try {
    values = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw invalidCursor();
  }
  if (!Array.isArray(values)) throw invalidCursor();
  return values.map(scalarOf);
}

/** Checks that `after` fits the order: as many values, of the columns' types. Errors: DomainError `cursor.invalid`. */
export function checkCursor(order: readonly OrderColumn[], after: readonly Scalar[]): void {
  const fits = after.length === order.length && order.every((column, index) => isOfType(after[index] ?? null, column));
  if (!fits) throw invalidCursor();
}

function isOfType(value: Scalar, { type, nullable }: OrderColumn): boolean {
  if (value === null) return nullable;
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'position') return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
  return typeof value === (type === 'boolean' ? 'boolean' : 'string');
}

function scalarOf(value: unknown): Scalar {
  if (typeof value === 'string' && /[\0\p{Surrogate}]/u.test(value)) throw invalidCursor();
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const position = (value as { position?: unknown }).position;
  if (typeof position === 'string' && /^-?\d{1,20}$/.test(position)) return BigInt(position);
  throw invalidCursor();
}

function invalidCursor(): DomainError {
  return new DomainError(
    'invalid',
    'cursor.invalid',
    'This cursor was not given out for this list: start again from its first page, without a cursor.',
    {},
    [{ pointer: '?cursor', message: 'must be the `next` of an earlier page of this list' }],
  );
}
