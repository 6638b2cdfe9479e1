import {
  BEGINNING,
  CheckpointMoved,
  ReadStore,
  schemaName,
  type Checkpoint,
  type RowChange,
  type Schema,
  type Snapshot,
} from '@slipway/kernel';
import { PreparedSchemas } from '../sql/prepared-schemas';
import type { RowCodec } from '../sql/row-codec';
import { checkDefinition, createIndexes, createTable, definitionOf } from '../sql/table-sql';
import { MomentGate } from './moment-gate';
import type { SqliteConnection } from './sqlite-connection';
import { sqliteDialect } from './sqlite-dialect';
import { openFile } from './sqlite-file';
import { SqliteSnapshot } from './sqlite-snapshot';

/**
 * Rows and checkpoints in one SQLite file, or in memory with `:memory:`. The folder must exist. Other errors than the port's, all not retryable:
 * `read-store.newer`, `read-store.foreign`, `read-store.damaged`, `read-store.closed`; each names its remedy.
 */
export class SqliteReadStore extends ReadStore {
  private readonly connection: SqliteConnection;
  private readonly schemas = new PreparedSchemas(sqliteDialect);
  private readonly gate = new MomentGate();

  constructor(path: string) {
    super();
    this.connection = openFile(path);
  }

  async prepare(schema: Schema): Promise<void> {
    const codecs = this.schemas.codecs(schema);
    await this.gate.writing(() => this.connection.transaction(() => codecs.forEach((codec) => this.prepareTable(codec))));
    this.schemas.add(schema, codecs);
  }

  async checkpoint(subscription: string): Promise<Checkpoint | undefined> {
    return this.checkpointNow(subscription);
  }

  async checkpoints(): Promise<Map<string, Checkpoint>> {
    const rows = this.connection.all({ text: 'SELECT subscription, log_id, position FROM slipway_checkpoints', values: [] });
    return new Map(rows.map(([subscription, logId, position]) => [subscription as string, checkpointOf(logId, position)]));
  }

  async commit(subscription: string, from: Checkpoint | undefined, to: Checkpoint, changes: readonly RowChange[]): Promise<void> {
    await this.gate.writing(() =>
      this.connection.transaction(() => {
        const current = this.checkpointNow(subscription);
        if (current?.logId !== from?.logId || current?.position !== from?.position) throw new CheckpointMoved(subscription);
        this.apply(changes, subscription);
        const text = `INSERT INTO slipway_checkpoints (subscription, log_id, position) VALUES (?1, ?2, ?3)
          ON CONFLICT (subscription) DO UPDATE SET log_id = excluded.log_id, position = excluded.position`;
        this.connection.run({ text, values: [subscription, to.logId, to.position] });
      }),
    );
  }

  async forget(subscription: string): Promise<void> {
    const text = 'DELETE FROM slipway_checkpoints WHERE subscription = ?1';
    await this.gate.writing(() => this.connection.transaction(() => this.connection.run({ text, values: [subscription] })));
  }

  async write(changes: readonly RowChange[]): Promise<void> {
    await this.gate.writing(() => this.connection.transaction(() => this.apply(changes)));
  }

  async read<T>(schema: Schema, reader: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.gate.reading(async () => {
      const name = schemaName(schema);
      const position = this.checkpointNow(name)?.position ?? BEGINNING;
      return reader(new SqliteSnapshot(position, this.connection, (table) => this.schemas.codec(name, table)));
    });
  }

  async close(): Promise<void> {
    await this.gate.writing(() => this.connection.close());
  }

  private apply(changes: readonly RowChange[], subscription?: string): void {
    for (const change of changes) this.connection.run(this.schemas.codecFor(change.table, subscription).change(change));
  }

  private checkpointNow(subscription: string): Checkpoint | undefined {
    const text = 'SELECT log_id, position FROM slipway_checkpoints WHERE subscription = ?1';
    const row = this.connection.all({ text, values: [subscription] })[0];
    return row && checkpointOf(row[0], row[1]);
  }

  private prepareTable({ table, physical }: RowCodec): void {
    const known = this.connection.all({ text: 'SELECT definition FROM slipway_tables WHERE name = ?1', values: [physical] })[0]?.[0];
    if (known === undefined) {
      const text = 'INSERT INTO slipway_tables (name, definition) VALUES (?1, ?2)';
      this.connection.exec(createTable(table, physical, sqliteDialect));
      this.connection.run({ text, values: [physical, definitionOf(table)] });
    } else checkDefinition(table, physical, known as string);
    for (const index of createIndexes(table, physical, sqliteDialect)) this.connection.exec(index);
  }
}

function checkpointOf(logId: unknown, position: unknown): Checkpoint {
  return { logId: logId as string, position: BigInt(position as bigint) };
}
