import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './process-groups';
import { WorkFolderLock } from './work-folder-lock';

describe('the lock of a work folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-lock-'));
  let parent: ChildProcessByStdio<null, Readable, null> | undefined;
  const heldBy = (holder: ProcessIdentity) => writeFileSync(join(folder, 'worker.lock'), JSON.stringify(holder));

  afterEach(() => parent?.kill('SIGKILL'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A child of a process that never looks after its children. */
  async function childOf(script: string): Promise<ProcessIdentity> {
    parent = spawn('sh', ['-c', `${script} & echo $!; exec sleep 60`], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
    const identity = await identify(Number(String(printed)));
    if (!identity) throw new Error('the child is gone already');
    return identity;
  }

  it('is refused while its holder lives, whom it names', async () => {
    const holder = await childOf('sleep 60');
    heldBy(holder);
    await expect(new WorkFolderLock(folder).take()).rejects.toThrow(`used by another worker (process ${holder.pid})`);
    process.kill(holder.pid, 'SIGKILL');
  });

  it('is taken over from a holder that was killed, even if nobody reaped it yet', async () => {
    const holder = await childOf('sleep 60');
    heldBy(holder);
    process.kill(holder.pid, 'SIGKILL');
    while (await isAlive(holder)) await new Promise(setImmediate);
    expect(await identify(holder.pid)).toEqual(holder);
    const lock = new WorkFolderLock(folder);
    await lock.take();
    await lock.release();
  });
});
