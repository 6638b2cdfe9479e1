import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EventStoreDBClient } from '@eventstore/db-client';
import { afterRestart, all, events } from './double.fixture';

const ROOT = join(__dirname, '../../..');

describe('the double of EventStoreDB as a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-double-'));
  const started: ChildProcess[] = [];
  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const start = async (port: number): Promise<{ child: ChildProcess; url: string }> => {
    const main = ['-r', './test/support/swc-register.js', 'test/doubles/eventstoredb/main.ts', String(port), join(folder, 'log')];
    const child = spawn(process.execPath, main, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(child);
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { child, url };
  };

  it('has what it acknowledged after a kill: events, deletions and ages', async () => {
    const { child, url } = await start(0);
    const client = EventStoreDBClient.connectionString(url);
    await client.appendToStream('s', events(3));
    await client.appendToStream('gone', events(3));
    await client.deleteStream('gone');
    await client.appendToStream('gone', events(1));
    await client.setStreamMetadata('s', { truncateBefore: 1 });
    const before = await all(client.readAll());
    child.kill('SIGKILL');
    await once(child, 'exit');
    await start(Number(new URL(url.replace('esdb', 'http')).port));
    expect(await afterRestart(() => all(client.readAll()))).toEqual(before);
    expect((await all(client.readStream('s'))).map(({ event }) => event?.revision)).toEqual([1n, 2n]);
    expect((await all(client.readStream('gone'))).map(({ event }) => event?.revision)).toEqual([3n]);
    await client.dispose();
  });
});
