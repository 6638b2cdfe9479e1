import type { ColumnType, Scalar } from '@slipway/kernel';

/** What the databases say differently. Everything else in this folder is the same SQL for all of them. */
export interface Dialect {
  /** A name of ours as SQL, however long it is. */
  name(name: string): string;
  /** The same of a table, wherever it is used. */
  table(physical: string): string;
  /** The n-th parameter, from 1. */
  placeholder(n: number): string;
  /** Column type in `create table`; text must compare by code point. */
  columnType(type: ColumnType): string;
  /** A cell as the driver takes it. Throws for a value that the column cannot hold: a mistake in the code. */
  encode(type: ColumnType, value: unknown): unknown;
  /** A driver's cell as rows hold it. */
  decode(type: ColumnType, cell: unknown): unknown;
  /** Whether `text` contains `part`, ASCII letters regardless of case; both are SQL. */
  contains(text: string, part: string): string;
  /** After the columns of `create table (…)`. */
  readonly tableSuffix: string;
}

/** SQL text and its parameters, as the driver takes them. */
export interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Collects parameters while a statement is written. */
export class Parameters {
  readonly values: unknown[] = [];

  constructor(private readonly dialect: Dialect) {}

  add(type: ColumnType, value: Scalar): string {
    this.values.push(this.dialect.encode(type, value));
    return this.dialect.placeholder(this.values.length);
  }
}
