import { InfrastructureError } from '@slipway/kernel';
import type { PostgresConnection } from './postgres-connection';
import type { PostgresUser } from './postgres-failure';
import type { PostgresPool } from './postgres-pool';

/** The tables that one user of a database makes for itself. */
export interface Layout {
  readonly user: PostgresUser;
  /** The PostgreSQL schema that they live in; users may share one. */
  readonly schema: string;
  /** Raised when `tables` change. */
  readonly format: number;
  /** SQL that makes them where nothing is yet. */
  readonly tables: string;
}

/** Makes a layout's tables when they are first needed, whoever else does so at the same time. */
export class PostgresLayout {
  private made: Promise<void> | undefined;

  constructor(
    private readonly pool: PostgresPool,
    private readonly layout: Layout,
  ) {}

  /**
   * Resolves once the tables are there; asks the server once. Errors: those of the pool, then the next call asks again; `<code>.newer` (not retryable) when a newer
   * Slipway made them.
   */
  async ready(): Promise<void> {
    this.made ??= this.make();
    try {
      await this.made;
    } catch (error) {
      this.made = undefined;
      throw error;
    }
  }

  private async make(): Promise<void> {
    const { schema, format, tables, user } = this.layout;
    if (await this.fits((statement) => this.pool.query(statement))) return;
    await this.pool.transaction(async (connection) => {
      await oneAtATime(connection);
      if (await this.fits((statement) => connection.query(statement))) return;
      await connection.query({ text: `CREATE SCHEMA IF NOT EXISTS ${schema}` });
      await connection.query({ text: `CREATE TABLE IF NOT EXISTS ${schema}.formats (part text PRIMARY KEY, format integer NOT NULL)` });
      await connection.query({ text: tables });
      await connection.query({ text: `INSERT INTO ${schema}.formats VALUES ($1, $2)`, values: [user.code, format] });
    });
  }

  /** False when nothing is there yet. Makes nothing, so that a role without the right to do so can work on tables that are there. */
  private async fits(query: PostgresConnection['query']): Promise<boolean> {
    const { schema, format, user } = this.layout;
    // Asked of the catalogue as a table: what a connection remembers of names, as to_regclass does, is out of date just after a wait for the lock.
    const there = { text: `SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = 'formats'`, values: [schema] };
    if ((await query(there)).rows.length === 0) return false;
    const { rows } = await query<{ format: number }>({ text: `SELECT format FROM ${schema}.formats WHERE part = $1`, values: [user.code] });
    const found = rows[0]?.format;
    if (found === undefined || found <= format) return found !== undefined;
    const what = `${user.name} at ${this.pool.place} (schema ${schema}) has format ${found}, this Slipway knows up to ${format}`;
    throw new InfrastructureError(`${user.code}.newer`, `${what}: start the newer Slipway again, or name another database`, false);
  }
}

/** Holds back, until the transaction ends, every other process that is about to make tables: `IF NOT EXISTS` alone fails when two do so at once. */
export async function oneAtATime(connection: PostgresConnection): Promise<void> {
  await connection.query({ text: `SELECT pg_advisory_xact_lock(hashtextextended('slipway makes tables', 0))` });
}
