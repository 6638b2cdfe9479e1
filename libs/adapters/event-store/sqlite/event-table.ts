import type { Appended, RecordedEvent } from '@slipway/kernel';
import type Database from 'libsql';
import { decoded, type EventRow } from '../event-row';
import { originalOf, type PreparedAppend } from '../prepared-append';

type RawRow = [position: number, stream: string, version: number, id: string, type: string, data: string, metadata: string];

const COLUMNS = 'position, stream, version, id, type, data, metadata';
const VISIBLE = "substr(type, 1, 1) <> '$'";

/** Streams forgotten at a time, so that forgetting never holds up appends for long. */
const FORGET_AT_ONCE = 200;

/** The statements of an event file, prepared once. Synchronous; throws what SQLite throws. */
export class EventTable {
  private readonly statements;

  constructor(private readonly db: Database.Database) {
    const prepare = (sql: string) => db.prepare<unknown[]>(sql);
    this.statements = {
      begin: prepare('BEGIN IMMEDIATE'),
      commit: prepare('COMMIT'),
      rollback: prepare('ROLLBACK'),
      // A taken version or id skips the row and leaves the transaction whole, where an error would cost the neighbours a second run.
      insert: prepare(`INSERT OR IGNORE INTO events (${COLUMNS}, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
      remove: prepare('DELETE FROM events WHERE position BETWEEN ? AND ?'),
      lastVersion: prepare('SELECT max(version) FROM events WHERE stream = ?').raw(),
      ids: prepare('SELECT id, version, position FROM events WHERE stream = ? AND version >= ? ORDER BY version LIMIT ?').raw(),
      place: prepare('SELECT stream, version FROM events WHERE id = ?').raw(),
      stream: prepare(`SELECT ${COLUMNS} FROM events WHERE stream = ? AND version >= ? ORDER BY version LIMIT ?`).raw(),
      range: prepare(`SELECT ${COLUMNS} FROM events WHERE position > ? AND position <= ? AND ${VISIBLE} ORDER BY position LIMIT ?`).raw(),
      head: prepare(`SELECT position FROM events WHERE ${VISIBLE} ORDER BY position DESC LIMIT 1`).raw(),
      last: prepare('SELECT max(forgotten, (SELECT ifnull(max(position), 0) FROM events)) FROM log').raw(),
      logId: prepare('SELECT id FROM log').raw(),
      expired: prepare(
        'SELECT stream FROM events AS e WHERE expires_at <= ? AND NOT EXISTS ' +
          '(SELECT 1 FROM events AS later WHERE later.stream = e.stream AND later.version > e.version) LIMIT ?',
      ).raw(),
      forget: prepare('DELETE FROM events WHERE stream = ?'),
      forgotten: prepare('UPDATE log SET forgotten = ?'),
    };
  }

  /** Runs `write` in one transaction that is durable when this returns; after a throw nothing of it is stored. */
  transaction<T>(write: () => T): T {
    this.rollBack();
    this.statements.begin.run([]);
    try {
      const result = write();
      this.statements.commit.run([]);
      return result;
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  /** False when the stream's version or the id is taken: nothing is written then. */
  insert(row: EventRow, expiresAt: number | null): boolean {
    const { position, stream, version, id, type, data, metadata } = row;
    return this.statements.insert.run([position, stream, version, id, type, data, metadata, expiresAt]).changes > 0;
  }

  removePositions(from: number, to: number): void {
    this.statements.remove.run([from, to]);
  }

  /** -1 for a stream that does not exist. */
  lastVersion(stream: string): number {
    const [version] = this.statements.lastVersion.get([stream]) as [number | null];
    return version ?? -1;
  }

  /** The original result when the append's ids stand in its stream from version `first` on. */
  repeated(append: PreparedAppend, first: number): Appended | undefined {
    const rows = this.statements.ids.all([append.stream, first, append.events.length]) as [string, number, number][];
    return originalOf(
      append,
      rows.map(([id, version, position]) => ({ id, version, position })),
    );
  }

  placeOf(id: string): { stream: string; version: number } | undefined {
    const row = this.statements.place.get([id]) as [string, number] | undefined;
    return row && { stream: row[0], version: row[1] };
  }

  readStream(stream: string, from: number, limit: number): RecordedEvent[] {
    return (this.statements.stream.all([stream, from, Math.max(0, limit)]) as RawRow[]).map(decodedRaw);
  }

  /** Events in (after, upTo] that are no system events. */
  readRange(after: number, upTo: number, limit: number): RecordedEvent[] {
    return (this.statements.range.all([after, upTo, Math.max(0, limit)]) as RawRow[]).map(decodedRaw);
  }

  head(): number {
    return (this.statements.head.get([]) as [number] | undefined)?.[0] ?? 0;
  }

  /** The highest position ever given out, 0 for none. */
  lastPosition(): number {
    return (this.statements.last.get([]) as [number])[0];
  }

  logId(): string {
    return (this.statements.logId.get([]) as [string])[0];
  }

  /** Forgets streams whose last event expired by `now` (milliseconds), a bounded number of them. Returns their names and whether more wait. */
  forgetExpired(now: number): { streams: string[]; more: boolean } {
    const streams = (this.statements.expired.all([now, FORGET_AT_ONCE]) as [string][]).map(([stream]) => stream);
    if (streams.length > 0) {
      this.transaction(() => {
        this.statements.forgotten.run([this.lastPosition()]);
        for (const stream of streams) this.statements.forget.run([stream]);
      });
    }
    return { streams, more: streams.length === FORGET_AT_ONCE };
  }

  /** SQLite ends a transaction by itself on some errors (a full disk); on others it stays open and would swallow what follows. */
  private rollBack(): void {
    if (this.db.inTransaction) this.statements.rollback.run([]);
  }
}

function decodedRaw([position, stream, version, id, type, data, metadata]: RawRow): RecordedEvent {
  return decoded({ position, stream, version, id, type, data, metadata });
}
