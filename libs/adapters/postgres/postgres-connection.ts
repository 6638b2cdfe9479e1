import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { postgresFailure, type PostgresUser, sqlState } from './postgres-failure';

/** One connection, lent for a while. */
export class PostgresConnection {
  /** Something else than an answer of the server came back: whatever it does next may belong to another statement. */
  private broken = false;
  // It may break while no statement runs. The next statement says so; an event that nobody hears would end the process.
  private readonly breaks = () => (this.broken = true);

  constructor(
    private readonly client: PoolClient,
    private readonly user: PostgresUser,
    private readonly place: string,
  ) {
    client.on('error', this.breaks);
  }

  /** One statement; a text that is used often carries a `name`, and is prepared once. Errors: those of postgresFailure. */
  async query<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>> {
    try {
      return await this.client.query<Row>(statement);
    } catch (error) {
      this.broken ||= sqlState(error) === '';
      throw postgresFailure(error, this.user, this.place);
    }
  }

  /** Statements without parameters, separated by semicolons, in one round trip: the rows of the last. Errors: those of postgresFailure. */
  async run<Row extends QueryResultRow>(text: string): Promise<Row[]> {
    // For several statements the driver gives a list of results, whatever its types say.
    const results = [await this.query<Row>({ text })].flat();
    return results.at(-1)?.rows ?? [];
  }

  /** Gives it back; one that broke is ended. `open`: a transaction may be, and is rolled back. Never rejects. */
  async giveBack(open: boolean): Promise<void> {
    if (open && !this.broken) await this.query({ text: 'ROLLBACK' }).catch(this.breaks);
    this.client.release(this.broken);
    this.client.off('error', this.breaks);
  }
}
