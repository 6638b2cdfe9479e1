import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const isRoot = process.getuid?.() === 0;

/** Everything of the servers that run: their data, settings and logs. */
export const folder = resolve(process.env.SERVERS_DIR || join(root, '.tmp/servers'));
/** For all checkouts. That of root's home would be closed to the user that PostgreSQL runs as. */
const cache = join(process.env.XDG_CACHE_HOME || (isRoot ? '/var/cache' : join(homedir(), '.cache')), 'slipway');

export const kafkaPort = () => port('KAFKA_PORT', 9092);
export const postgresPort = () => port('POSTGRES_PORT', 5432);

/** A port by its setting. Throws where it is none. */
export function port(name, usual) {
  const given = process.env[name] || String(usual);
  if (!/^\d+$/.test(given) || Number(given) < 1 || Number(given) > 65_535) throw new Error(`${name} must be a port from 1 to 65535`);
  return Number(given);
}

/** A folder of programs that `fetch` fills at the first time. Whoever is interrupted leaves none that looks whole. */
export async function fetched(name, origin, fetch) {
  const whole = join(cache, name);
  if (existsSync(whole)) return whole;
  say(`${name} is fetched from ${origin} into ${whole} …`);
  const part = `${whole}.${process.pid}`;
  mkdirSync(part, { recursive: true });
  try {
    await fetch(part);
    if (!existsSync(whole)) renameSync(part, whole);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return whole;
}

/** For people; what programs read goes to stdout. */
export function say(words) {
  process.stderr.write(`${words}\n`);
}
