import type { Checkpoint, RowChange } from '@slipway/kernel';
import type { QueryConfig } from 'pg';
import { quoted } from '../sql/dialect';
import type { RowCodec } from '../sql/row-codec';
import { onConflict } from '../sql/table-sql';
import { postgresDialect, TYPES } from './postgres-dialect';

/**
 * Many changes as one statement, and so one round trip and one transaction: for each table its new rows and the keys of those that go, column by column as arrays.
 * Its rows are empty when the checkpoint had been moved by somebody else, and then it changed nothing.
 */
export class BatchSql {
  private readonly parts: string[] = [];
  private readonly values: unknown[] = [];
  private condition = 'true';

  /**
   * Moves a checkpoint, before anything else and as the condition of all else. Whoever is moving it right now is waited for, and it is then judged as it has become.
   */
  move(subscription: string, from: Checkpoint | undefined, to: Checkpoint): this {
    const [name, log, position] = [subscription, to.logId, to.position].map((value) => this.parameter(value));
    const move = from
      ? `UPDATE slipway_read.checkpoints SET log_id = ${log}, position = ${position}
         WHERE subscription = ${name} AND log_id = ${this.parameter(from.logId)} AND position = ${this.parameter(from.position)}`
      : `INSERT INTO slipway_read.checkpoints (subscription, log_id, position) VALUES (${name}, ${log}, ${position}) ON CONFLICT DO NOTHING`;
    this.parts.push(`moved AS (${move} RETURNING subscription)`);
    this.condition = 'EXISTS (SELECT FROM moved)';
    return this;
  }

  /** Changes of one table. Errors: cells that do not fit. */
  change(codec: RowCodec, changes: readonly RowChange[]): this {
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
    if (rows.size > 0) this.put(codec, [...rows.values()]);
    if (gone.size > 0) this.remove(codec, [...gone.values()]);
    return this;
  }

  statement(): QueryConfig {
    const told = this.condition === 'true' ? 'SELECT 1' : 'SELECT FROM moved';
    return { text: this.parts.length > 0 ? `WITH ${this.parts.join(', ')} ${told}` : told, values: this.values };
  }

  private put({ table, physical }: RowCodec, rows: readonly unknown[][]): void {
    const columns = Object.keys(table.columns);
    const names = columns.map(quoted).join(', ');
    const given = `SELECT * FROM ${this.columns(table, columns, rows)} AS given WHERE ${this.condition}`;
    const put = `INSERT INTO ${postgresDialect.table(physical)} (${names}) ${given} ${onConflict(table)}`;
    this.parts.push(`part${this.parts.length} AS (${put})`);
  }

  private remove({ table, physical }: RowCodec, keys: readonly unknown[][]): void {
    const names = table.key.map(quoted);
    const gone = `${this.columns(table, table.key, keys)} AS gone (${names.join(', ')})`;
    const same = names.map((name) => `kept.${name} = gone.${name}`).join(' AND ');
    const remove = `DELETE FROM ${postgresDialect.table(physical)} AS kept USING ${gone} WHERE ${same} AND ${this.condition}`;
    this.parts.push(`part${this.parts.length} AS (${remove})`);
  }

  private columns({ columns }: RowCodec['table'], names: readonly string[], rows: readonly unknown[][]): string {
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
