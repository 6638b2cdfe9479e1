/**
 * A cell of a row. `json` columns hold any JSON value, `text` well-formed strings without U+0000 (no store keeps those: they come back as U+FFFD),
 * `integer` safe integers, `position` bigints of 64 bits; all but key columns may be null. A column that a row leaves out comes back as null.
 */
export type ColumnType = 'text' | 'integer' | 'boolean' | 'position' | 'json';

/** A table of a projection. Row is the TypeScript shape of its rows: its fields are exactly the columns. */
export interface Table<Row extends object> {
  /** Unique in its projection; snake_case. */
  readonly name: string;
  readonly columns: { readonly [K in keyof Row]-?: ColumnType };
  readonly key: readonly (keyof Row & string)[];
  readonly indexes?: readonly (readonly (keyof Row & string)[])[];
}

/** A table whatever its rows are: what stores and runners pass around. */
export interface AnyTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly key: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
}

/** One version of a projection: its tables live beside those of other versions (decision 10). */
export interface Schema {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly AnyTable[];
}

export type Scalar = string | number | boolean | bigint | null;

/**
 * All conditions must hold; one that is undefined is left out. `contains` is a part of a text, whatever the case of its ASCII letters. An array is
 * "one of" (an empty one matches nothing). `not` matches nulls too, unless it says null; `gt` and the like never match null. `json` columns can only be
 * compared with null (`null`, `{ not: null }`).
 */
export type Condition =
  Scalar | readonly Scalar[] | { gt?: Scalar; gte?: Scalar; lt?: Scalar; lte?: Scalar; not?: Scalar; contains?: string };
export type Where<Row> = { readonly [K in keyof Row]?: Condition };

export interface Select<Row> {
  readonly where?: Where<Row>;
  /** Columns, `-` in front for descending; the key is appended, so the order is total. Nulls last both ways; texts by code point. No `json` columns. */
  readonly orderBy?: readonly ((keyof Row & string) | `-${keyof Row & string}`)[];
  /** Only rows after this one in that order: the values of the order's columns, key included, as `cursorOf` returns them. Others are refused: DomainError `cursor.invalid`. */
  readonly after?: readonly Scalar[];
  readonly limit?: number;
}

export interface RowChange {
  readonly table: AnyTable;
  readonly key: readonly Scalar[];
  /** The whole new row; null deletes. */
  readonly row: object | null;
}

/** Rows of one schema as they were at one checkpoint. */
export interface Snapshot {
  /** Position up to which the rows reflect the log; BEGINNING when nothing was projected. */
  readonly position: bigint;
  get<Row extends object>(table: Table<Row>, ...key: Scalar[]): Promise<Row | undefined>;
  getMany<Row extends object>(table: Table<Row>, keys: readonly (readonly Scalar[])[]): Promise<Row[]>;
  select<Row extends object>(table: Table<Row>, query?: Select<Row>): Promise<Row[]>;
  count<Row extends object>(table: Table<Row>, where?: Where<Row>): Promise<number>;
}

/** Where a subscription stands, and in which log. */
export interface Checkpoint {
  readonly logId: string;
  readonly position: bigint;
}

/** Somebody else moved the checkpoint meanwhile: this process is no longer the owner, and nothing was written. */
export class CheckpointMoved extends Error {
  constructor(readonly subscription: string) {
    super(`the checkpoint of ${subscription} was moved by another process`);
    this.name = 'CheckpointMoved';
  }
}

/**
 * Rows and checkpoints, saved together. Every adapter passes `kernel/testing/read-store.contract.ts`.
 * Errors: CheckpointMoved; InfrastructureError `read-store.unavailable` (retryable).
 */
export abstract class ReadStore {
  /**
   * Creates the tables of a schema where they are missing; needed before any other use of them. A table whose columns or key differ from the code is
   * refused with InfrastructureError `read-store.schema-changed` (not retryable): the version must be raised.
   */
  abstract prepare(schema: Schema): Promise<void>;

  abstract checkpoint(subscription: string): Promise<Checkpoint | undefined>;

  /** Every checkpoint by subscription name. */
  abstract checkpoints(): Promise<Map<string, Checkpoint>>;

  /**
   * One transaction: applies the changes and moves the checkpoint of `subscription` from `from` (undefined: it must not exist) to `to`, or throws CheckpointMoved.
   * The subscription of a schema's rows is `schemaName(schema)`. A key with several changes ends as the last of them says.
   */
  abstract commit(subscription: string, from: Checkpoint | undefined, to: Checkpoint, changes: readonly RowChange[]): Promise<void>;

  /** Forgets the checkpoint of a subscription that will never run again; one that has none is nothing. Its rows stay. */
  abstract forget(subscription: string): Promise<void>;

  /** One transaction without a checkpoint, for rows that are no projection (leases, parked events): never rebuilt. Tables are told apart by identity. */
  abstract write(changes: readonly RowChange[]): Promise<void>;

  /**
   * Reads that see one moment of a schema's rows and their checkpoint. The snapshot must not be used after `read` resolved; the reader should await
   * nothing else, since a store may hold writers back meanwhile.
   */
  abstract read<T>(schema: Schema, reader: (snapshot: Snapshot) => Promise<T>): Promise<T>;

  abstract close(): Promise<void>;
}

/** Name of a schema in the store, of its tables' prefix and of its checkpoint: `release_list@1` is another projection than `release_list@2`. */
export function schemaName(schema: Schema): string {
  return `${schema.name}@${schema.version}`;
}
