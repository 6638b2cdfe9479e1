import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { kafkaPort, postgresPort, say } from '../servers/place.mjs';

const UNKNOWN_DATABASE = '3D000';
const TAKEN = '42P04';

/** What all processes are started with: the servers of servers:up, where nothing else is set. What is missing of databases and of the key is made. */
export async function sharedSettings() {
  const database = `postgres://slipway@127.0.0.1:${postgresPort()}/slipway`;
  const folder = resolve(process.env.SLIPWAY_DATA_DIR || './data');
  const settings = {
    EVENT_STORE_URL: process.env.EVENT_STORE_URL || database,
    READ_STORE_URL: process.env.READ_STORE_URL || database,
    MESSAGE_BUS_URL: process.env.MESSAGE_BUS_URL || `kafka://127.0.0.1:${kafkaPort()}`,
    SLIPWAY_DATA_DIR: folder,
    SLIPWAY_SECRET_KEY_FILE: resolve(process.env.SLIPWAY_SECRET_KEY_FILE || join(folder, 'secret.key')),
  };
  const databases = [settings.EVENT_STORE_URL, settings.READ_STORE_URL].filter((url) => /^postgres(ql)?:/.test(url));
  for (const url of new Set(databases)) await createdIfMissing(url);
  if (!process.env.SLIPWAY_SECRET_KEY) makeKey(settings.SLIPWAY_SECRET_KEY_FILE);
  return settings;
}

/** Made here: API and processor share one, and neither makes it. */
function makeKey(file) {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
}

async function createdIfMissing(url) {
  const { host, pathname } = new URL(url);
  const name = decodeURIComponent(pathname.slice(1));
  try {
    await query(url, 'SELECT 1');
  } catch (error) {
    if (error.code !== UNKNOWN_DATABASE) throw unreachable(host, error);
    const server = Object.assign(new URL(url), { pathname: '/postgres' }).href;
    await query(server, `CREATE DATABASE ${pg.escapeIdentifier(name)}`).catch((failure) => {
      if (failure.code !== TAKEN) throw unreachable(host, failure);
    });
    say(`The database ${name} was created.`);
  }
}

function unreachable(host, error) {
  return new Error(`PostgreSQL at ${host} cannot be used (${error.message || error.code}). Servers for a trial: npm run servers:up`);
}

async function query(url, statement) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
}
