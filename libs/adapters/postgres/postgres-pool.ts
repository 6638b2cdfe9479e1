import { type Clock, InfrastructureError, type Log, messageOf, type Random } from '@slipway/kernel';
import { Pool, type PoolClient, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { PostgresConnection } from './postgres-connection';
import { lostRace, postgresFailure, type PostgresUser } from './postgres-failure';

export interface PostgresPoolOptions {
  /** `postgres://user:password@host:port/database`, with the parameters that pg knows (`sslmode` and so on). */
  readonly url: string;
  readonly user: PostgresUser;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Most connections. Default 10. */
  readonly connections?: number;
  /** A statement may take so long, milliseconds. Default 30,000. */
  readonly statementMs?: number;
}

const CONNECT_MS = 5_000;
/** How long the server's own answer that a statement took too long is waited for. */
const ANSWER_MS = 2_000;
const RACES = 10;

/** Connections to one database, limited in number and time. Nothing that goes wrong with them comes out as another error than the port's. */
export class PostgresPool {
  /** Where the server is, for people: without credentials. */
  readonly place: string;
  /** The server's process behind the newest connection: of a pool with one, who does everything. */
  backend: number | undefined;
  private readonly pool: Pool;
  private closed?: Promise<void>;

  constructor(private readonly on: PostgresPoolOptions) {
    const { name, code } = on.user;
    // The parser's own error would repeat the URL, and its password.
    const malformed = `the URL of ${name} cannot be read: characters like @, : and / in its password are written %40, %3A and %2F`;
    if (!URL.canParse(on.url)) throw new InfrastructureError(`${code}.failed`, malformed, false);
    const { host, pathname } = new URL(on.url);
    this.place = `postgres://${host}${pathname}`;
    const statementMs = on.statementMs ?? 30_000;
    this.pool = new Pool({
      connectionString: on.url,
      max: on.connections ?? 10,
      application_name: `slipway ${code}`,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: statementMs,
      query_timeout: statementMs + ANSWER_MS,
      idle_in_transaction_session_timeout: statementMs,
      keepAlive: true,
      // Statements with a name are looked up by keys, all of them: planned once, not anew for each key.
      options: '-c plan_cache_mode=force_generic_plan',
    });
    // Idle connections that break are replaced when they are needed.
    this.pool.on('error', (error) => on.log.debug(`an idle connection of ${name} broke`, { reason: messageOf(error) }));
    // One that is ended in the very packet that opens it breaks before it is lent, when nobody else listens yet: its first statement says so.
    this.pool.on('connect', (client) => {
      client.on('error', () => undefined);
      // Not in the driver's types, though it needs it itself to cancel.
      this.backend = (client as PoolClient & { processID?: number }).processID;
    });
  }

  /** One statement, repeated while it loses races. Errors: those of postgresFailure. */
  query<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>> {
    return this.racing((connection) => connection.query<Row>(statement));
  }

  /**
   * One transaction, repeated as a whole while it loses races: `work` must do nothing that a repeat would do twice. Errors: those of postgresFailure, and what `work`
   * throws itself (then it is rolled back).
   */
  transaction<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    return this.racing(async (connection) => {
      await connection.run('BEGIN');
      const result = await work(connection);
      await this.commit(connection);
      return result;
    });
  }

  /**
   * Reads of one moment; `first` is a query without parameters, whose rows `work` is given. Two round trips fewer than a transaction: it begins with its first
   * query, and nobody waits for its end. Errors: as of a transaction.
   */
  moment<T, Row extends QueryResultRow>(
    first: string,
    work: (connection: PostgresConnection, found: readonly Row[]) => Promise<T>,
  ): Promise<T> {
    return this.lend(
      async (connection) => work(connection, await connection.run<Row>(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${first}`)),
      true,
    );
  }

  /** Waits for what runs, then ends every connection. Whatever is asked for afterwards is unavailable. */
  async close(): Promise<void> {
    this.closed ??= this.pool.end();
    await this.closed;
  }

  /** Serialization failures and deadlocks: the server has undone all of it. */
  private async racing<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.lend(work);
      } catch (error) {
        if (attempt >= RACES || !(error instanceof Error) || !lostRace(error.cause)) throw error;
        await this.on.clock.sleep(this.on.random.fraction() * 5 * 2 ** attempt);
      }
    }
  }

  private async commit(connection: PostgresConnection): Promise<void> {
    const { command } = await connection.query({ text: 'COMMIT' });
    // What the server answers after an error that `work` kept to itself.
    if (command !== 'COMMIT') throw new Error(`a transaction of ${this.on.user.name} was to be kept although a statement in it had failed`);
  }

  private async lend<T>(work: (connection: PostgresConnection) => Promise<T>, leavesOpen = false): Promise<T> {
    const connection = await this.connect();
    let failed = true;
    try {
      const result = await work(connection);
      failed = false;
      return result;
    } finally {
      const givenBack = connection.giveBack(failed || leavesOpen);
      if (!leavesOpen) await givenBack;
    }
  }

  private async connect(): Promise<PostgresConnection> {
    const { user } = this.on;
    try {
      const client = await this.pool.connect();
      return new PostgresConnection(client, user, this.place);
    } catch (error) {
      throw postgresFailure(error, user, this.place);
    }
  }
}
