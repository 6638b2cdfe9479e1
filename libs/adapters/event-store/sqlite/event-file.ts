import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { InfrastructureError } from '@slipway/kernel';
import Database from 'libsql';
import { failureOf } from './sqlite-failure';

/** Version of the tables below, kept in the file's header. Raise it with a migration beside it. */
export const SCHEMA_VERSION = 1;
/** 'SLIP': says in the file's header that it is a Slipway event store. */
const APPLICATION_ID = 0x534c4950;

// `forgotten` is the highest position given out when something was last forgotten: positions are never given out twice, since a checkpoint
// may have passed them. The partial index costs only events that expire.
const SCHEMA = `
  CREATE TABLE log (id TEXT NOT NULL, forgotten INTEGER NOT NULL) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    expires_at INTEGER,
    UNIQUE (stream, version)
  ) STRICT;
  CREATE INDEX events_expiring ON events (expires_at) WHERE expires_at IS NOT NULL;
`;

/**
 * Opens the file of an event store (or `:memory:`), creating it when it is missing or empty. `newLogId` names a new log. The caller sees to
 * it that no other process has it open. Errors: InfrastructureError `event-store.foreign-file`, `event-store.newer-schema` (nothing is
 * touched then), `event-store.unavailable`, `event-store.failed`.
 */
export function openEventFile(file: string, newLogId: () => string): Database.Database {
  // Looked up in the bytes first: opening a foreign database, be it to read, could already run its recovery and change it.
  if (file !== ':memory:') refuseForeign(file, headerOf(file));
  let db: Database.Database | undefined;
  try {
    db = opened(file);
    const header = { sqlite: true, applicationId: pragma(db, 'application_id'), version: pragma(db, 'user_version') };
    const tables = (db.prepare('SELECT count(*) AS count FROM sqlite_schema').get([]) as { count: number }).count;
    if (tables > 0 || header.applicationId !== 0) refuseForeign(file, header);
    else create(db, newLogId());
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    return db;
  } catch (error) {
    db?.close();
    throw failureOf(error, file);
  }
}

/** The driver's error of a failed open has no code, and its text is for its own authors. */
function opened(file: string): Database.Database {
  try {
    return new Database(file);
  } catch (error) {
    const remedy = 'check that its folder exists and that this user may write to it';
    throw new InfrastructureError('event-store.unavailable', `the event store ${file} cannot be opened: ${remedy}`, true, { cause: error });
  }
}

interface Header {
  readonly sqlite: boolean;
  readonly applicationId: number;
  readonly version: number;
}

/** What the first bytes say (https://www.sqlite.org/fileformat.html, section 1.3); undefined for no file or an empty one. */
function headerOf(file: string): Header | undefined {
  // An interrupted creation is rolled back by SQLite itself; until then the header may be torn.
  if (!existsSync(file) || statSync(file).size === 0 || existsSync(`${file}-journal`)) return undefined;
  const bytes = Buffer.alloc(100);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    readSync(descriptor, bytes, 0, bytes.length, 0);
  } catch (error) {
    throw failureOf(error, file);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
  const sqlite = bytes.toString('latin1', 0, 16) === 'SQLite format 3\0';
  return { sqlite, version: bytes.readUInt32BE(60), applicationId: bytes.readUInt32BE(68) };
}

function refuseForeign(file: string, header: Header | undefined): void {
  if (!header) return;
  if (!header.sqlite || header.applicationId !== APPLICATION_ID) {
    throw new InfrastructureError(
      'event-store.foreign-file',
      `${file} is not a Slipway event store, and was left as it is: name another file, or move it away to start with an empty event store`,
      false,
    );
  }
  if (header.version > SCHEMA_VERSION) {
    throw new InfrastructureError(
      'event-store.newer-schema',
      `the event store ${file} has schema ${header.version}, and this version of Slipway knows schemas up to ${SCHEMA_VERSION}; ` +
        'it was left as it is: start the version of Slipway that wrote it, or a newer one',
      false,
    );
  }
}

/** One transaction in SQLite's rollback journal: the file is either an event store or empty. */
function create(db: Database.Database, logId: string): void {
  db.exec('BEGIN EXCLUSIVE');
  db.exec(SCHEMA);
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  db.prepare('INSERT INTO log (id, forgotten) VALUES (?, 0)').run([logId]);
  db.exec('COMMIT');
}

function pragma(db: Database.Database, name: 'application_id' | 'user_version'): number {
  const [row] = db.pragma(name) as Record<string, number>[];
  return row?.[name] ?? 0;
}
