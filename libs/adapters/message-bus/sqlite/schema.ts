import Database from 'libsql';
import { InfrastructureError, messageOf } from '@slipway/kernel';

/** Raise it whenever the tables change, and say how an older file becomes a newer one. */
export const SCHEMA_VERSION = 1;

/*
 * Keys and values have no type, since they may be TEXT or BLOB (see StoredText). AUTOINCREMENT: an offset is never used again, or a group
 * would take a new message for one that it acknowledged. The index answers "how much goes into a page" without touching a value.
 */
const TABLES = `
  CREATE TABLE partition (id INTEGER PRIMARY KEY, topic TEXT NOT NULL, number INTEGER NOT NULL, UNIQUE (topic, number));
  CREATE TABLE message (id INTEGER PRIMARY KEY AUTOINCREMENT, partition INTEGER NOT NULL, at INTEGER NOT NULL, bytes INTEGER NOT NULL, headers TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL);
  CREATE INDEX message_by_partition ON message (partition, id, bytes);
  CREATE TABLE group_offset (consumer_group TEXT NOT NULL, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL, PRIMARY KEY (consumer_group, partition)) WITHOUT ROWID;
`;

/** The connection, once it is sure that the file is a database. */
function opened(file: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(file);
    db.prepare('PRAGMA user_version').get();
    return db;
  } catch (error) {
    db?.close();
    if (isUnwell(error)) throw error;
    throw new InfrastructureError('message-bus.cannot-open', `cannot open the message bus ${file}: ${messageOf(error)}`, false, {
      cause: error,
    });
  }
}

/** True when the disk is full, failing or busy: it may be well again later. */
export function isUnwell(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(FULL|IOERR|BUSY)/.test(String(error.code));
}

/** Opens the file, creating its tables when it is new. A file of a newer version is refused before anything is touched. */
export function openDatabase(file: string): Database.Database {
  const db = opened(file);
  try {
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > SCHEMA_VERSION) {
      const message = `${file} was written by a newer Slipway (schema ${version}, this one knows ${SCHEMA_VERSION}): use that version again, or a newer one`;
      throw new InfrastructureError('message-bus.newer-schema', message, false);
    }
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    if (version === 0) db.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
