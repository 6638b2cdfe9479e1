import { orderOf } from './cursor';
import type { Scalar, Select, Snapshot, Table } from './ports/read-store';
import type { Rows } from './projection';

interface Since {
  /** Position of the event from which on the row holds. */
  since: bigint;
}

interface Until extends Since {
  /** Position of the event that replaced it. */
  until: bigint;
}

/** A table that forgets nothing: the rows as they stand, and beside them those that they replaced. What stood at any position of the log can be read. */
export interface TemporalTable<Row extends object> {
  readonly now: Table<Row & Since>;
  readonly before: Table<Row & Until>;
}

/** The tables for rows that are put with `putSince` and read with `selectAt`: `<name>` and `<name>_before`. */
export function temporalTable<Row extends object>({ name, columns, key, indexes = [] }: Table<Row>): TemporalTable<Row> {
  return {
    now: { name, columns: { ...columns, since: 'position' }, key, indexes } as unknown as Table<Row & Since>,
    before: {
      name: `${name}_before`,
      columns: { ...columns, since: 'position', until: 'position' },
      key: [...key, 'since'],
      indexes: [...indexes, key].map((index) => [...index, 'until']),
    } as unknown as Table<Row & Until>,
  };
}

/** Puts a row that holds from the event at `position` on; the one that it replaces held until there. */
export async function putSince<Row extends object>(rows: Rows, table: TemporalTable<Row>, row: Row, position: bigint): Promise<void> {
  const key = table.now.key.map((column) => row[column as keyof Row] as Scalar);
  const former = await rows.get(table.now, ...key);
  if (former && former.since !== position) rows.put(table.before, { ...former, until: position });
  rows.put(table.now, { ...row, since: position });
}

/** The rows that a query finds as they stand, or as they stood at a position of the log. */
export async function selectAt<Row extends object>(
  snapshot: Snapshot,
  table: TemporalTable<Row>,
  query: Omit<Select<Row>, 'after'>,
  position?: bigint,
): Promise<(Row & Since)[]> {
  const asked = query as Select<Row & Since>;
  if (position === undefined) return snapshot.select(table.now, asked);
  const held = { ...query.where, since: { lte: position } };
  const rows = await snapshot.select(table.now, { ...asked, where: held });
  const former = await snapshot.select(table.before, {
    ...asked,
    where: { ...held, until: { gt: position } },
  });
  const stood = former.map(({ until: _, ...row }) => row as unknown as Row & Since);
  return [...rows, ...stood].sort(comparing(table.now, asked)).slice(0, query.limit ?? Infinity);
}

/** As a store orders rows. */
function comparing<Row extends object>(table: Table<Row>, query: { orderBy?: readonly string[] }): (a: Row, b: Row) => number {
  const order = orderOf(table, query);
  return (a, b) => {
    for (const { column, descending } of order) {
      const compared = compareScalars(a[column as keyof Row] as Scalar, b[column as keyof Row] as Scalar, descending);
      if (compared !== 0) return compared;
    }
    return 0;
  };
}

/** Nulls last both ways, texts by code point. */
function compareScalars(a: Scalar, b: Scalar, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const rising = typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b as string)) : Number(a > b) - Number(a < b);
  return descending ? -rising : rising;
}
