import Database from 'libsql';
import { LRUCache } from 'lru-cache';
import { InfrastructureError, messageOf } from '@slipway/kernel';
import type { Sql } from '../sql/dialect';

type Statement = ReturnType<Database.Database['prepare']>;

/** Queries differ by their conditions; this many of them stay prepared. */
const PREPARED = 500;

/** What passes by itself, or when somebody makes room: BUSY and LOCKED (another process), FULL, IOERR, READONLY and CANTOPEN (the disk). */
const PASSING = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM)/;
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB)/;

/** A SQLite file with its prepared statements; errors come out as the kernel names them. */
export class SqliteConnection {
  private readonly database: Database.Database;
  private readonly statements = new LRUCache<string, Statement>({ max: PREPARED });
  private open = true;

  constructor(private readonly path: string) {
    this.database = this.named(() => new Database(path));
  }

  /** Rows as arrays of cells; integers are bigints. */
  all(sql: Sql): unknown[][] {
    return this.named(() => this.statement(sql.text).all(sql.values as unknown[]) as unknown[][]);
  }

  run(sql: Sql): void {
    this.named(() => this.statement(sql.text).run(sql.values as unknown[]));
  }

  exec(text: string): void {
    this.named(() => this.database.exec(text));
  }

  /** All of `work` or nothing of it. */
  transaction(work: () => void): void {
    this.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.exec('COMMIT');
    } catch (error) {
      // A full or broken disk has rolled back already.
      if (this.database.inTransaction) this.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    if (!this.open) return;
    try {
      this.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      this.open = false;
      this.statements.clear();
    }
    this.database.close();
  }

  private statement(text: string): Statement {
    const known = this.statements.get(text);
    if (known) return known;
    const statement = this.database.prepare(text);
    if (statement.reader) statement.raw(true).safeIntegers(true);
    this.statements.set(text, statement);
    return statement;
  }

  private named<T>(work: () => T): T {
    if (!this.open) throw new InfrastructureError('read-store.closed', `the read store ${this.path} is closed`, false);
    try {
      return work();
    } catch (error) {
      throw this.translated(error);
    }
  }

  private translated(error: unknown): unknown {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const what = `read store ${this.path}: ${messageOf(error)}`;
    // A file that cannot be opened is told without a code.
    if (PASSING.test(code) || String(error).includes('ConnectionFailed'))
      return new InfrastructureError('read-store.unavailable', `${what} ${code}`, true, { cause: error });
    if (DAMAGE.test(code)) {
      const remedy = 'stop, delete the file, start: its rows are rebuilt from the log';
      return new InfrastructureError('read-store.damaged', `${what} ${code}: ${remedy}`, false, { cause: error });
    }
    return error;
  }
}
