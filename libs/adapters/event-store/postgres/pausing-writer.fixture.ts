import type { Random } from '@slipway/kernel';
import { Client } from 'pg';
import { SystemClock } from '../../runtime/system-clock';

const LONGEST_PAUSE_MS = 40;

/** A writer that speaks the SQL of `append_group` by hand, and so can pause, give up or die while it holds the log. */
export class PausingWriter {
  /** Ids of the events that it knows to be stored. */
  readonly committed: string[] = [];
  /** How often it gave up or died. */
  failures = 0;
  private readonly clock = new SystemClock();
  private version = 0;

  constructor(
    private readonly url: string,
    private readonly stream: string,
    private readonly random: Random,
  ) {}

  async appendUntil(stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const client = await this.connected();
      while (!stopped() && (await this.append(client))) await this.pause();
      await client.end().catch(() => undefined);
    }
  }

  /** False when it died. */
  private async append(client: Client): Promise<boolean> {
    const count = 1 + Math.floor(this.random.fraction() * 3);
    const [ending, pauseBefore] = [this.random.fraction(), this.random.fraction() < 0.5];
    const ids = Array.from({ length: count }, () => `pausing-${Buffer.from(this.random.bytes(12)).toString('hex')}`);
    await client.query('BEGIN');
    await client.query('SELECT forgotten FROM slipway_events.log FOR UPDATE');
    if (pauseBefore) await this.pause();
    await client.query(
      `INSERT INTO slipway_events.events (position, stream, version, id, type, data, metadata)
       SELECT last + n, $1, $2 - 1 + n, id, 'Appended', '{}', '{}'
       FROM unnest($3::text[]) WITH ORDINALITY AS ids (id, n), (SELECT coalesce(max(position), 0) AS last FROM slipway_events.events) AS log`,
      [this.stream, this.version, ids],
    );
    await this.pause();
    if (ending < 0.4) {
      await client.query('COMMIT');
      this.committed.push(...ids);
      this.version += count;
      return true;
    }
    this.failures += 1;
    if (ending < 0.7) await client.query('ROLLBACK');
    else await this.die(client);
    return ending < 0.7;
  }

  private async connected(): Promise<Client> {
    const client = new Client({ connectionString: this.url });
    // Told to the statement at hand as well.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** As by an operator, or as by the kernel of the machine it runs on: the server ends its transaction. */
  private async die(client: Client): Promise<void> {
    await client.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
  }

  private pause(): Promise<void> {
    return this.clock.sleep(this.random.fraction() ** 3 * LONGEST_PAUSE_MS);
  }
}
