import { type Lease, Leases, type WantedLease } from '@slipway/kernel';
import { PostgresLayout } from '../../postgres/postgres-layout';
import { PostgresPool, type PostgresPoolOptions } from '../../postgres/postgres-pool';

const USER = { code: 'leases', name: 'the leases' } as const;

const TABLES = `
  CREATE TABLE slipway_read.leases (
    name text COLLATE "C" PRIMARY KEY,
    holder text NOT NULL,
    facts json NOT NULL,
    until timestamptz NOT NULL
  )`;

// In order of their names, so that two who want the same ones never wait for each other in a circle. A row that somebody else is changing is waited for, and then
// judged as it has become.
const HOLD = `
  INSERT INTO slipway_read.leases AS held (name, holder, facts, until)
  SELECT name, $1, facts, clock_timestamp() + $2 * interval '1 millisecond'
  FROM unnest($3::text[], $4::json[]) AS wanted (name, facts) ORDER BY name COLLATE "C"
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, facts = excluded.facts, until = excluded.until
  WHERE held.holder = excluded.holder OR held.until <= clock_timestamp()
  RETURNING name`;

/**
 * Leases as rows in PostgreSQL, where the server's clock decides and each call is one statement. On connections of their own, so that no busy reader delays a
 * renewal. The table is made when it is first needed.
 */
export class PostgresLeases extends Leases {
  readonly shared = true;
  private readonly pool: PostgresPool;
  private readonly layout: PostgresLayout;

  constructor(options: Omit<PostgresPoolOptions, 'user'>) {
    super();
    // An answer that comes later than that is no use to a holder.
    this.pool = new PostgresPool({ connections: 2, statementMs: 5_000, ...options, user: USER });
    this.layout = new PostgresLayout(this.pool, { user: USER, schema: 'slipway_read', format: 1, tables: TABLES });
  }

  async hold(holder: string, wanted: readonly WantedLease[], forMs: number): Promise<ReadonlySet<string>> {
    await this.layout.ready();
    const facts = new Map(wanted.map((lease) => [lease.name, JSON.stringify(lease.facts)]));
    const values = [holder, forMs, [...facts.keys()], [...facts.values()]];
    const { rows } = await this.pool.query<{ name: string }>({ name: 'hold', text: HOLD, values });
    return new Set(rows.map(({ name }) => name));
  }

  async letGo(holder: string, names: readonly string[]): Promise<void> {
    await this.layout.ready();
    const text = 'DELETE FROM slipway_read.leases WHERE holder = $1 AND name = ANY($2)';
    await this.pool.query({ text, values: [holder, names] });
  }

  async current(): Promise<readonly Lease[]> {
    await this.layout.ready();
    const text = 'SELECT name, holder, facts FROM slipway_read.leases WHERE until > clock_timestamp() ORDER BY name';
    return (await this.pool.query<Lease>({ text })).rows;
  }

  async close(): Promise<void> {
    await this.pool.close();
  }
}
