import type { Scalar, Schema, Table } from './ports/read-store';

/**
 * Rows while a batch of events is folded into them: read through, written back once per batch. `get` sees what the batch already put.
 * Rows are values: never change one in place, put a new one.
 */
export interface Rows {
  get<Row extends object>(table: Table<Row>, ...key: Scalar[]): Promise<Row | undefined>;
  put<Row extends object>(table: Table<Row>, row: Row): void;
  delete<Row extends object>(table: Table<Row>, ...key: Scalar[]): void;
}

/**
 * Read-model rows derived from the log by nothing but its events: no clock, no other store, so that from zero, from any checkpoint
 * and with any batch size the rows are the same. Change `version` whenever the rows would come out differently.
 */
export interface Projection extends Schema {
  /** By event type; what is not listed moves only the checkpoint. Handlers run one after another, in log order. */
  readonly on: Readonly<Record<string, (rows: Rows, event: never) => Promise<void> | void>>;
  /** True for tables that work is taken from (timers): a process is not ready before they have caught up. */
  readonly wholeBeforeReady?: boolean;
}

/** Handlers checked against a union: `on: handlers<ReleaseEvent>({ ReleaseCreated: (rows, event) => … })`. */
export type Handlers<E extends { type: string }> = {
  readonly [T in E['type']]?: (rows: Rows, event: Extract<E, { type: T }>) => Promise<void> | void;
};
