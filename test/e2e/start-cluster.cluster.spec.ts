import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { freePorts, killAll, processesWith } from '../demo/machine';
import { temporaryFolder } from '../support/processes/folders';

const SCRIPT = join(__dirname, '../../scripts/cluster/start.mjs');
const PATIENCE_MS = 60_000;

/** What `npm run start:cluster` runs, on a database that is not there yet and topics of its own. */
class ClusterScript {
  output = '';
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  constructor(settings: Record<string, string>, ...args: string[]) {
    const env = { PATH: process.env['PATH'], TOPIC_PARTITIONS: '2', ...settings };
    this.child = spawn(process.execPath, [SCRIPT, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.closed = once(this.child, 'close');
  }

  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (const end = performance.now() + PATIENCE_MS; ; await pause(20)) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (this.child.exitCode !== null || performance.now() > end) throw new Error(`it never said ${pattern.source}, but:\n${this.output}`);
    }
  }

  /** Resolves with its exit code. */
  async ended(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal) this.child.kill(signal);
    await this.closed;
    return this.child.exitCode;
  }
}

describe('npm run start:cluster', () => {
  const server = serverUrl('POSTGRES_TEST_URL');
  const name = `slipway_test_${randomBytes(6).toString('hex')}`;
  const folder = temporaryFolder();
  let settings: Record<string, string> = {};
  let script: ClusterScript | undefined;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    const database = Object.assign(new URL(server), { pathname: `/${name}` }).href;
    const bus = `${serverUrl('KAFKA_TEST_URL')}/?prefix=${name}.`;
    const urls = { EVENT_STORE_URL: database, READ_STORE_URL: database, MESSAGE_BUS_URL: bus };
    settings = { ...urls, SLIPWAY_DATA_DIR: folder, HTTP_PORT: String(port) };
  });

  jest.setTimeout(2 * PATIENCE_MS);

  afterAll(async () => {
    await script?.ended('SIGKILL');
    killAll(processesWith(folder));
    const client = new Client({ connectionString: server });
    await client.connect();
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const environments = (address: string) => `${address}/api/v1/environments`;

  it('runs as many of each as asked for, and ends them in order', async () => {
    script = new ClusterScript(settings, '--worker', '2');
    const [, address = ''] = await script.said(/^Slipway is ready at (\S+)\/docs$/m);
    const body = JSON.stringify({ slug: 'development' });
    const created = await fetch(environments(address), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    expect(created.status).toBe(201);
    expect(await script.ended('SIGTERM')).toBe(0);
    const last = script.output.matchAll(/^(\S+) \| \S+ \S+\s+draining → stopped$/gm);
    const order = [...last].map(([, member]) => member);
    expect([order[0], order.slice(1, 3).toSorted(), order[3]]).toEqual(['api-1', ['worker-1', 'worker-2'], 'processor-1']);
  });

  it('goes on with what is there, and ends all when one of them dies', async () => {
    script = new ClusterScript(settings);
    const [, address = ''] = await script.said(/^Slipway is ready at (\S+)\/docs$/m);
    expect(await (await fetch(environments(address))).text()).toContain('"development"');
    const [worker] = processesWith(join(folder, 'worker-1'));
    killAll([worker!]);
    expect(await script.ended()).toBe(128 + 9);
    expect(script.output).toContain('worker-1 ended: the processes are told to end.');
    expect(processesWith(folder)).toEqual([]);
  });
});
