import { InfrastructureError } from '@slipway/kernel';
import { SqliteConnection } from './sqlite-connection';

/** Layout of the file's own tables, kept in `user_version`. */
const FORMAT = 1;

const LAYOUT = `
  CREATE TABLE slipway_checkpoints (subscription TEXT PRIMARY KEY, log_id TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE slipway_tables (name TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID;
  PRAGMA user_version = ${FORMAT};`;

/** Opens or creates a read store's file (or `:memory:`). A file of a newer Slipway, or of another program, is refused untouched. */
export function openFile(path: string): SqliteConnection {
  const connection = new SqliteConnection(path);
  try {
    const format = Number(connection.all({ text: 'PRAGMA user_version', values: [] })[0]?.[0]);
    const empty = connection.all({ text: 'SELECT 1 FROM sqlite_master LIMIT 1', values: [] }).length === 0;
    if (format > FORMAT) throw newer(path, format);
    if (format === 0 && !empty) throw foreign(path);
    connection.exec('PRAGMA busy_timeout = 100');
    connection.exec('PRAGMA journal_mode = WAL');
    // Not FULL: rows are derived, and saved with their checkpoint in one transaction. A power cut may cost the last transactions, never a part
    // of one, and what they held is projected again from the log.
    connection.exec('PRAGMA synchronous = NORMAL');
    if (format === 0) connection.transaction(() => connection.exec(LAYOUT));
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function newer(path: string, format: number): InfrastructureError {
  const remedy = 'start the newer Slipway again; or stop, delete this file, start: its rows are rebuilt from the log';
  return new InfrastructureError(
    'read-store.newer',
    `read store ${path} has format ${format}, this Slipway knows up to ${FORMAT}: ${remedy}`,
    false,
  );
}

function foreign(path: string): InfrastructureError {
  const remedy = 'name another file in READ_STORE_URL';
  return new InfrastructureError('read-store.foreign', `${path} is a database, but no read store of Slipway: ${remedy}`, false);
}
