import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@slipway/kernel/testing/free-port';
import { Client } from 'pg';
import { SystemClock } from '../runtime/system-clock';

/** Where `npm run servers:up` says they are, or Debian's package. */
const PROGRAMS = process.env['POSTGRES_BIN'] ?? '/usr/lib/postgresql/15/bin';
const LOOKS = 400;
const LOOK_MS = 50;

/** A PostgreSQL server of the running test's own, which can be killed and started again. As durable as one is by default. */
export class OwnServer {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly start: () => ChildProcess,
    private process: ChildProcess,
  ) {}

  /** `connections`: how many it takes at once. */
  static async started({ connections = 20 } = {}): Promise<OwnServer> {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-own-postgres-'));
    const owner = dataOwner();
    if (owner) chownSync(folder, owner.uid, owner.gid);
    const options = { ...owner, cwd: folder, stdio: 'ignore' } as const;
    const data = join(folder, 'data');
    const initdb = ['-D', data, '-U', 'slipway', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
    execFileSync(join(PROGRAMS, 'initdb'), initdb, options);
    const port = await freePort();
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `max_connections=${connections}`];
    const given = settings.flatMap((setting) => ['-c', setting]);
    const start = () => spawn(join(PROGRAMS, 'postgres'), ['-D', data, '-p', String(port), ...given], options);
    const server = new OwnServer(`postgres://slipway@127.0.0.1:${port}/postgres`, folder, start, start());
    await server.answers();
    return server;
  }

  /** kill -9, as the kernel does when memory is short. Resolves when it is gone. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** As an operator stops it: connections are ended, what they were at is undone. Resolves when it is gone. */
  stop(): Promise<void> {
    return this.end('SIGINT');
  }

  /** After `kill` or `stop`. Resolves when it answers. */
  async restart(): Promise<void> {
    this.process = this.start();
    await this.answers();
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill(signal);
    await gone;
  }

  private async answers(): Promise<void> {
    for (let look = 0; look < LOOKS; look += 1) {
      // It gives up while children of a killed one still hold its memory.
      if (this.process.exitCode !== null) this.process = this.start();
      const client = new Client({ connectionString: this.url });
      try {
        await client.connect();
        return;
      } catch {
        await new SystemClock().sleep(LOOK_MS);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
    throw new Error(`a PostgreSQL server of ${PROGRAMS} did not answer for ${(LOOKS * LOOK_MS) / 1_000} s`);
  }
}

/** PostgreSQL refuses to run as root. */
function dataOwner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (kind: string) => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
