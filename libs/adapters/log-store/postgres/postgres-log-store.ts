import { type AttemptRef, type LogChunk, LogStore, type StoredChunk } from '@slipway/kernel';
import { PostgresLayout } from '../../postgres/postgres-layout';
import { checkAppend, checkPlace, isDeployment } from '../refusals';
import { PostgresPool, type PostgresPoolOptions } from '../../postgres/postgres-pool';

const USER = { code: 'log-store', name: 'the log store' } as const;

// The text of a chunk as JSON: steps print U+0000 too, which no text column takes.
const TABLES = `
  CREATE TABLE slipway_logs.deployments (deployment uuid PRIMARY KEY, reached bigint NOT NULL);
  CREATE TABLE slipway_logs.chunks (
    deployment uuid NOT NULL,
    place bigint NOT NULL,
    step text COLLATE "C" NOT NULL,
    attempt bigint NOT NULL,
    token bigint NOT NULL,
    number bigint NOT NULL,
    at text NOT NULL,
    source text NOT NULL,
    text json NOT NULL,
    PRIMARY KEY (deployment, place),
    UNIQUE (deployment, step, attempt, token, number)
  )`;

// The row of the deployment stays locked until all is kept: places become visible in their order, so nobody who follows passes one that comes late.
// Numbers that are there already leave places unused.
const APPEND = `
  WITH reached AS (
    INSERT INTO slipway_logs.deployments AS known (deployment, reached) VALUES ($1, $2)
    ON CONFLICT (deployment) DO UPDATE SET reached = known.reached + excluded.reached
    RETURNING reached
  )
  INSERT INTO slipway_logs.chunks (deployment, place, step, attempt, token, number, at, source, text)
  SELECT $1, reached - $2 + given.index, $3, $4, $5, given.number, given.at, given.source, given.text
  FROM reached, unnest($6::bigint[], $7::text[], $8::text[], $9::json[]) WITH ORDINALITY AS given (number, at, source, text, index)
  ON CONFLICT (deployment, step, attempt, token, number) DO NOTHING`;

const PAGE = `
  SELECT place, step, attempt, token, number, at, source, text FROM slipway_logs.chunks
  WHERE deployment = $1 AND place > $2 ORDER BY place LIMIT $3`;

const STORED = `
  SELECT count(*) AS stored FROM slipway_logs.chunks
  WHERE deployment = $1 AND step = $2 AND attempt = $3 AND token = $4 AND number <= $5`;

/** 64-bit integers come as texts. */
type ChunkRow = Pick<StoredChunk, 'step' | 'at' | 'source' | 'text'> & Record<'place' | 'attempt' | 'token' | 'number', string>;

/**
 * Step output as rows in PostgreSQL, for any number of processes; an append is one statement. Opens when it is first needed. Other errors than the port's, not
 * retryable: `log-store.newer`, `log-store.failed` (damage, a missing right, a bug).
 */
export class PostgresLogStore extends LogStore {
  private readonly pool: PostgresPool;
  private readonly layout: PostgresLayout;

  constructor(options: Omit<PostgresPoolOptions, 'user'>) {
    super();
    this.pool = new PostgresPool({ connections: 4, ...options, user: USER });
    this.layout = new PostgresLayout(this.pool, { user: USER, schema: 'slipway_logs', format: 1, tables: TABLES });
  }

  async append({ deployment, step, attempt, token }: AttemptRef, chunks: readonly LogChunk[]): Promise<void> {
    checkAppend(deployment, chunks);
    if (chunks.length === 0) return;
    await this.layout.ready();
    const columns = [
      chunks.map(({ number }) => number),
      chunks.map(({ at }) => at),
      chunks.map(({ source }) => source),
      chunks.map(({ text }) => JSON.stringify(text)),
    ];
    const values = [deployment, chunks.length, step, attempt, token, ...columns];
    await this.pool.query({ name: 'append', text: APPEND, values });
  }

  async read(deployment: string, { after, limit }: { after: number; limit: number }): ReturnType<LogStore['read']> {
    checkPlace(after);
    // Not refused: nothing can be stored under such a name, so nothing is there.
    if (!isDeployment(deployment)) return { chunks: [], reached: after };
    await this.layout.ready();
    // One more than asked for tells whether more is there.
    const { rows } = await this.pool.query<ChunkRow>({ name: 'page', text: PAGE, values: [deployment, after, limit + 1] });
    const page = rows.slice(0, limit);
    const reached = Number(page.at(-1)?.place ?? after);
    return { chunks: page.map(chunkOf), reached, ...(rows.length > limit ? { next: reached } : {}) };
  }

  async holds({ deployment, step, attempt, token }: AttemptRef, chunks: number): Promise<boolean> {
    if (!isDeployment(deployment)) return chunks === 0;
    await this.layout.ready();
    const values = [deployment, step, attempt, token, chunks];
    const { rows } = await this.pool.query<{ stored: string }>({ name: 'stored', text: STORED, values });
    return Number(rows[0]?.stored) === chunks;
  }

  async close(): Promise<void> {
    await this.pool.close();
  }
}

function chunkOf({ step, attempt, token, number, at, source, text }: ChunkRow): StoredChunk {
  return { step, attempt: Number(attempt), token: Number(token), number: Number(number), at, source, text };
}
