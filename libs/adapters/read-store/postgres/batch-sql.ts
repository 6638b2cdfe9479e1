import type { Checkpoint, RowChange } from '@slipway/kernel';
import type { QueryConfig } from 'pg';
import { quoted } from '../sql/dialect';
import type { RowCodec } from '../sql/row-codec';
import { onConflict } from '../sql/table-sql';
import { postgresDialect, TYPES } from './postgres-dialect';

/** A checkpoint that moves from where it should stand (undefined: it should not be there) to where it is to stand. */
export interface Move {
  readonly subscription: string;
  readonly from: Checkpoint | undefined;
  readonly to: Checkpoint;
}

/** What becomes of one table, in cells: no key twice. */
export interface TableChanges {
  readonly codec: RowCodec;
  readonly rows: readonly (readonly unknown[])[];
  /** Keys of rows that go. */
  readonly gone: readonly (readonly unknown[])[];
}

/** Errors: cells that do not fit. */
export function tableChanges(codec: RowCodec, changes: readonly RowChange[]): TableChanges {
  const rows = new Map<string, unknown[]>();
  const gone = new Map<string, unknown[]>();
  for (const { key, row } of changes) {
    const keyCells = codec.keyCells(key);
    const id = keyCells.map((cell) => JSON.stringify(String(cell))).join();
    // No row may be touched twice by a statement: the last change of a key is all of them.
    rows.delete(id);
    gone.delete(id);
    if (row === null) gone.set(id, keyCells);
    else rows.set(id, codec.rowCells(key, row as Record<string, unknown>));
  }
  return { codec, rows: [...rows.values()], gone: [...gone.values()] };
}

/**
 * Many changes as one statement, and so one round trip and one transaction: for each table its new rows and the keys of those that go, column by column as arrays.
 * Its rows name the subscriptions whose checkpoints it moved; of one that somebody else had moved nothing was changed.
 */
export class BatchSql {
  private readonly parts: string[] = [];
  private readonly values: unknown[] = [];
  private moves = false;
  private changes = false;

  /**
   * Moves checkpoints, before anything else, each as the condition of its own changes. Whoever is moving one right now is waited for, and it is then judged as it
   * has become. The disk is not waited for: rows and checkpoints can be built anew, and what a crash of the server takes is the end of its log, so that an
   * earlier state of all of them is left.
   */
  move(moves: readonly Move[]): this {
    const asked = unnested([
      ['text', this.parameter(moves.map(({ subscription }) => subscription))],
      ['text', this.parameter(moves.map(({ to }) => to.logId))],
      ['position', this.parameter(moves.map(({ to }) => to.position))],
      ['text', this.parameter(moves.map(({ from }) => from?.logId ?? null))],
      ['position', this.parameter(moves.map(({ from }) => from?.position ?? null))],
    ]);
    this.parts.push(
      `asked (subscription, log_id, position, from_log, from_position) AS (SELECT * FROM ${asked})`,
      `changed AS (UPDATE slipway_read.checkpoints AS kept SET log_id = asked.log_id, position = asked.position FROM asked
         WHERE kept.subscription = asked.subscription AND kept.log_id = asked.from_log AND kept.position = asked.from_position
         RETURNING kept.subscription)`,
      `begun AS (INSERT INTO slipway_read.checkpoints (subscription, log_id, position)
         SELECT subscription, log_id, position FROM asked WHERE from_log IS NULL ON CONFLICT DO NOTHING RETURNING subscription)`,
      'moved AS (SELECT subscription FROM changed UNION ALL SELECT subscription FROM begun)',
    );
    this.moves = true;
    return this;
  }

  /** Changes of one table, if the checkpoint of the subscription moves where one is named. */
  change({ codec, rows, gone }: TableChanges, subscription?: string): this {
    const condition =
      subscription === undefined ? 'true' : `EXISTS (SELECT FROM moved WHERE subscription = ${this.parameter(subscription)})`;
    if (rows.length > 0) this.put(codec, rows, condition);
    if (gone.length > 0) this.remove(codec, gone, condition);
    this.changes = true;
    return this;
  }

  statement(): QueryConfig {
    const told = this.moves ? `SELECT subscription, set_config('synchronous_commit', 'off', true) FROM moved` : 'SELECT 1';
    const text = this.parts.length > 0 ? `WITH ${this.parts.join(', ')} ${told}` : told;
    // Checkpoints alone are moved all the time, and always with the same words.
    return { text, values: this.values, ...(this.moves && !this.changes ? { name: 'checkpoints' } : {}) };
  }

  private put({ table, physical }: RowCodec, rows: readonly (readonly unknown[])[], condition: string): void {
    const columns = Object.keys(table.columns);
    const names = columns.map(quoted).join(', ');
    const given = `SELECT * FROM ${this.columns(table, columns, rows)} AS given WHERE ${condition}`;
    const put = `INSERT INTO ${postgresDialect.table(physical)} (${names}) ${given} ${onConflict(table)}`;
    this.parts.push(`part${this.parts.length} AS (${put})`);
  }

  private remove({ table, physical }: RowCodec, keys: readonly (readonly unknown[])[], condition: string): void {
    const names = table.key.map(quoted);
    const gone = `${this.columns(table, table.key, keys)} AS gone (${names.join(', ')})`;
    const same = names.map((name) => `kept.${name} = gone.${name}`).join(' AND ');
    const remove = `DELETE FROM ${postgresDialect.table(physical)} AS kept USING ${gone} WHERE ${same} AND ${condition}`;
    this.parts.push(`part${this.parts.length} AS (${remove})`);
  }

  private columns({ columns }: RowCodec['table'], names: readonly string[], rows: readonly (readonly unknown[])[]): string {
    return unnested(names.map((name, index) => [columns[name]!, this.parameter(rows.map((row) => row[index]))]));
  }

  private parameter(value: unknown): string {
    return postgresDialect.placeholder(this.values.push(value));
  }
}

/** Arrays as the columns of a table. */
export function unnested(arrays: readonly (readonly [type: keyof typeof TYPES, placeholder: string])[]): string {
  return `unnest(${arrays.map(([type, placeholder]) => `${placeholder}::${TYPES[type]}[]`).join(', ')})`;
}
