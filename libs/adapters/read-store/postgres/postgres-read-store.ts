import {
  type AnyTable,
  BEGINNING,
  type Checkpoint,
  ReadStore,
  type RowChange,
  type Schema,
  schemaName,
  type Snapshot,
} from '@slipway/kernel';
import { escapeLiteral } from 'pg';
import type { PostgresConnection } from '../../postgres/postgres-connection';
import { oneAtATime, PostgresLayout } from '../../postgres/postgres-layout';
import { PostgresPool, type PostgresPoolOptions } from '../../postgres/postgres-pool';
import { PreparedSchemas } from '../sql/prepared-schemas';
import type { RowCodec } from '../sql/row-codec';
import { checkDefinition, createIndexes, createTable, definitionOf } from '../sql/table-sql';
import { BatchSql, type TableChanges, tableChanges } from './batch-sql';
import { postgresDialect } from './postgres-dialect';
import { PostgresSnapshot } from './postgres-snapshot';
import { SharedCommits } from './shared-commits';

const USER = { code: 'read-store', name: 'the read store' } as const;

const TABLES = `
  CREATE TABLE slipway_read.checkpoints (subscription text COLLATE "C" PRIMARY KEY, log_id text NOT NULL, position bigint NOT NULL);
  CREATE TABLE slipway_read.tables (name text COLLATE "C" PRIMARY KEY, definition text NOT NULL)`;

interface StoredCheckpoint {
  readonly subscription: string;
  readonly log_id: string;
  readonly position: string;
}

/**
 * Rows and checkpoints in a PostgreSQL database, for any number of processes. Opens when it is first needed: a server that is away is `read-store.unavailable` until
 * it is there. When the answer to a commit is lost, whoever repeats it gets CheckpointMoved if it had been kept. A crash of the server may take the last commits, so
 * that all checkpoints and rows are those of a moment before; what `write` kept stays. Tables of versions that nobody prepares are left alone. Other errors than the port's, not retryable: `read-store.newer`, `read-store.failed` (damage, a missing right, a bug).
 */
export class PostgresReadStore extends ReadStore {
  private readonly pool: PostgresPool;
  private readonly layout: PostgresLayout;
  private readonly commits: SharedCommits;
  private readonly schemas = new PreparedSchemas(postgresDialect);

  constructor(options: Omit<PostgresPoolOptions, 'user'>) {
    super();
    this.pool = new PostgresPool({ ...options, user: USER });
    this.commits = new SharedCommits(this.pool);
    this.layout = new PostgresLayout(this.pool, { user: USER, schema: 'slipway_read', format: 1, tables: TABLES });
  }

  async prepare(schema: Schema): Promise<void> {
    const codecs = this.schemas.codecs(schema);
    await this.layout.ready();
    await this.pool.transaction(async (connection) => {
      await oneAtATime(connection);
      for (const codec of codecs) await prepareTable(connection, codec);
    });
    this.schemas.add(schema, codecs);
  }

  async checkpoint(subscription: string): Promise<Checkpoint | undefined> {
    await this.layout.ready();
    const text = 'SELECT log_id, position FROM slipway_read.checkpoints WHERE subscription = $1';
    const { rows } = await this.pool.query<StoredCheckpoint>({ name: 'checkpoint', text, values: [subscription] });
    return rows[0] && checkpointOf(rows[0]);
  }

  async checkpoints(): Promise<Map<string, Checkpoint>> {
    await this.layout.ready();
    const text = 'SELECT subscription, log_id, position FROM slipway_read.checkpoints';
    const { rows } = await this.pool.query<StoredCheckpoint>({ text });
    return new Map(rows.map((row) => [row.subscription, checkpointOf(row)]));
  }

  async commit(subscription: string, from: Checkpoint | undefined, to: Checkpoint, changes: readonly RowChange[]): Promise<void> {
    const tables = this.changed(changes, subscription);
    await this.layout.ready();
    await this.commits.commit({ subscription, from, to, tables });
  }

  async forget(subscription: string): Promise<void> {
    await this.layout.ready();
    await this.pool.query({ text: 'DELETE FROM slipway_read.checkpoints WHERE subscription = $1', values: [subscription] });
  }

  async write(changes: readonly RowChange[]): Promise<void> {
    const batch = new BatchSql();
    for (const table of this.changed(changes)) batch.change(table);
    await this.layout.ready();
    await this.pool.query(batch.statement());
  }

  async read<T>(schema: Schema, reader: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    await this.layout.ready();
    const name = schemaName(schema);
    const position = `SELECT position FROM slipway_read.checkpoints WHERE subscription = ${escapeLiteral(name)}`;
    return this.pool.moment<T, Pick<StoredCheckpoint, 'position'>>(position, (connection, [checkpoint]) =>
      reader(
        new PostgresSnapshot(checkpoint ? BigInt(checkpoint.position) : BEGINNING, connection, (table: AnyTable) =>
          this.schemas.codec(name, table),
        ),
      ),
    );
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  private changed(changes: readonly RowChange[], subscription?: string): TableChanges[] {
    const byTable = new Map<string, { codec: RowCodec; changes: RowChange[] }>();
    for (const change of changes) {
      const codec = this.schemas.codecFor(change.table, subscription);
      const table = byTable.get(codec.physical) ?? { codec, changes: [] };
      byTable.set(codec.physical, table);
      table.changes.push(change);
    }
    return [...byTable.values()].map((table) => tableChanges(table.codec, table.changes));
  }
}

async function prepareTable(connection: PostgresConnection, { table, physical }: RowCodec): Promise<void> {
  const known = { text: 'SELECT definition FROM slipway_read.tables WHERE name = $1', values: [physical] };
  const [found] = (await connection.query<{ definition: string }>(known)).rows;
  if (found === undefined) {
    const text = 'INSERT INTO slipway_read.tables (name, definition) VALUES ($1, $2)';
    await connection.query({ text: createTable(table, physical, postgresDialect) });
    await connection.query({ text, values: [physical, definitionOf(table)] });
  } else checkDefinition(table, physical, found.definition);
  for (const text of createIndexes(table, physical, postgresDialect)) await connection.query({ text });
}

function checkpointOf({ log_id, position }: StoredCheckpoint): Checkpoint {
  return { logId: log_id, position: BigInt(position) };
}
