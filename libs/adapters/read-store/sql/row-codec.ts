import type { AnyTable, ColumnType, RowChange, Scalar } from '@slipway/kernel';
import { deleteSql, getSql, upsertSql } from './table-sql';
import type { Dialect, Sql } from './dialect';

/** Rows of one table to and from the database, with the statements that need no compiling per query. */
export class RowCodec {
  private readonly columns: readonly (readonly [string, ColumnType])[];
  private readonly keyTypes: readonly ColumnType[];
  private readonly upsert: string;
  private readonly remove: string;
  private readonly fetch: string;

  constructor(
    readonly table: AnyTable,
    readonly physical: string,
    private readonly dialect: Dialect,
  ) {
    this.columns = Object.entries(table.columns);
    this.keyTypes = table.key.map((column) => {
      const type = table.columns[column];
      if (!type || type === 'json') throw new Error(`${table.name}: ${column} cannot be a key column`);
      return type;
    });
    this.upsert = upsertSql(table, physical, dialect);
    this.remove = deleteSql(table, physical, dialect);
    this.fetch = getSql(table, physical, dialect);
  }

  change({ key, row }: RowChange): Sql {
    return row === null
      ? { text: this.remove, values: this.keyCells(key) }
      : { text: this.upsert, values: this.rowCells(key, row as Record<string, unknown>) };
  }

  get(key: readonly Scalar[]): Sql {
    return { text: this.fetch, values: this.keyCells(key) };
  }

  /** A row from the driver's cells, in the order of the table's columns. */
  decode<Row>(cells: readonly unknown[]): Row {
    const row: Record<string, unknown> = {};
    this.columns.forEach(([column, type], index) => {
      const cell = cells[index] ?? null;
      row[column] = cell === null ? null : this.dialect.decode(type, cell);
    });
    return row as Row;
  }

  /** A row's cells as the driver takes them, in the order of the table's columns. Errors: cells that do not fit, or are not those of the key. */
  rowCells(key: readonly Scalar[], row: Readonly<Record<string, unknown>>): unknown[] {
    this.table.key.forEach((column, index) => {
      if (row[column] !== key[index]) throw new Error(`${this.table.name}: the row's ${column} is not the one in its key`);
    });
    return this.columns.map(([column, type]) => this.dialect.encode(type, row[column]));
  }

  /** A key as the driver takes it. */
  keyCells(key: readonly Scalar[]): unknown[] {
    if (key.length !== this.keyTypes.length)
      throw new Error(`${this.table.name}: a key has ${this.keyTypes.length} values, not ${key.length}`);
    return this.keyTypes.map((type, index) => this.dialect.encode(type, key[index]));
  }
}
