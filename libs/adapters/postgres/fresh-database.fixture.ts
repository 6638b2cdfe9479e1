import { Client } from 'pg';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { SystemRandom } from '../runtime/system-random';

export interface FreshDatabase {
  readonly url: string;
  /** Ends whoever is still connected. */
  drop(): Promise<void>;
}

/** An empty database of the running test's own, on the server of POSTGRES_TEST_URL. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = serverUrl('POSTGRES_TEST_URL');
  const name = `slipway_test_${Buffer.from(new SystemRandom().bytes(6)).toString('hex')}`;
  await run(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
