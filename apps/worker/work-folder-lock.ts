import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './process-groups';

/** Two workers in one folder would kill each other's steps as leftovers: the second one is refused. */
export class WorkFolderLock {
  private readonly file: string;
  private taken = false;

  constructor(private readonly folder: string) {
    this.file = join(folder, 'worker.lock');
  }

  /** Throws an Error that names the other process and the remedy. The lock of a process that is gone is taken over. */
  async take(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const self = JSON.stringify((await identify(process.pid)) ?? { pid: process.pid });
    for (let tries = 0; tries < 3; tries += 1) {
      try {
        await writeFile(this.file, self, { flag: 'wx', mode: 0o600 });
        this.taken = true;
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = holderIn(await readFile(this.file, 'utf8').catch(() => ''));
      if (holder && (await isAlive(holder))) {
        throw new Error(
          `the work folder ${this.folder} is used by another worker (process ${holder.pid}): give each worker a SLIPWAY_DATA_DIR of its own`,
        );
      }
      await rm(this.file, { force: true });
    }
    throw new Error(`the work folder ${this.folder} could not be locked: other workers are starting in it`);
  }

  /** Nothing happens when it was never taken. */
  async release(): Promise<void> {
    if (!this.taken) return;
    this.taken = false;
    await rm(this.file, { force: true });
  }
}

function holderIn(text: string): ProcessIdentity | undefined {
  try {
    const holder = JSON.parse(text) as Partial<ProcessIdentity>;
    return holder.pid !== undefined && holder.startTime !== undefined && holder.boot !== undefined
      ? (holder as ProcessIdentity)
      : undefined;
  } catch {
    return undefined;
  }
}
