import { accessSync, constants, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InfrastructureError, messageOf } from '@slipway/kernel';
import Database from 'libsql';

/** Where everything that one Slipway process keeps on disk lives. All paths are absolute. */
export interface DataFolder {
  readonly path: string;
  readonly events: string;
  readonly readModels: string;
  readonly bus: string;
  readonly logs: string;
  readonly work: string;
  /** Lets go of the folder; another process may open it then. Closing again does nothing. */
  close(): void;
}

/** Locks of this process. A handle that nobody refers to is collected, and its lock would be lost with it. */
const held = new Set<Database.Database>();

/**
 * Opens a folder for this process alone, creating it where it is missing. The lock is one of the operating system, on `lock.db`, so it is
 * gone with the process however that dies, and needs no cleaning up. Nothing in this process may open `lock.db` by other means: closing any
 * descriptor of a file lets go of a process's POSIX locks on it. Not for network file systems without locks.
 * Errors: InfrastructureError `data-folder.in-use`, `data-folder.unusable`, neither retryable.
 */
export function openDataFolder(path: string): DataFolder {
  const folder = created(path);
  const noteFile = join(folder, 'lock.json');
  const lock = locked(folder, noteFile);
  try {
    // When the process began, as it sees it: a pid alone may be another process by the time somebody reads this.
    const note = { pid: process.pid, startedAt: new Date(performance.timeOrigin).toISOString() };
    writeFileSync(noteFile, `${JSON.stringify(note)}\n`);
    for (const name of ['logs', 'work']) makeFolder(join(folder, name));
  } catch (error) {
    lock.close();
    throw unusable(folder, error);
  }
  held.add(lock);
  return {
    path: folder,
    events: join(folder, 'events.db'),
    readModels: join(folder, 'read.db'),
    bus: join(folder, 'bus.db'),
    logs: join(folder, 'logs'),
    work: join(folder, 'work'),
    close: () => {
      if (!held.delete(lock)) return;
      // Before the lock goes: afterwards the note may be somebody else's.
      rmSync(noteFile, { force: true });
      lock.close();
    },
  };
}

function created(path: string): string {
  try {
    makeFolder(resolve(path));
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(path);
  } catch (error) {
    throw unusable(resolve(path), error);
  }
}

/** Makes an absolute path a folder, with its parents. Not Node's own `recursive`: that never returns for what is below `/proc`. */
function makeFolder(path: string): void {
  const missing: string[] = [];
  let there = path;
  // A link to nowhere is missing too, and making it fails.
  while (!statSync(there, { throwIfNoEntry: false }) && there !== dirname(there)) {
    missing.unshift(there);
    there = dirname(there);
  }
  if (!statSync(there).isDirectory()) throw new Error(`${there} is no folder`);
  for (const folder of missing) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      // Another process that starts at the same time may be faster.
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
    }
  }
}

function locked(folder: string, noteFile: string): Database.Database {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(join(folder, 'lock.db'));
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (!(error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')) throw unusable(folder, error);
    throw new InfrastructureError(
      'data-folder.in-use',
      `the data folder ${folder} is in use by ${holder(noteFile)}, and was left as it is: stop that process, or give this one another folder`,
      false,
    );
  }
}

function holder(noteFile: string): string {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(noteFile, 'utf8')) as { pid: number; startedAt: string };
    return `process ${pid}${pid === process.pid ? ' (this one)' : ''}, started ${startedAt}`;
  } catch {
    // The holder is between taking the lock and writing its note.
    return 'another process';
  }
}

function unusable(folder: string, error: unknown): InfrastructureError {
  const remedy = 'it must be a folder that this user may write to, on a disk with room';
  return new InfrastructureError(
    'data-folder.unusable',
    `the data folder ${folder} cannot be used: ${messageOf(error)}: ${remedy}`,
    false,
    {
      cause: error,
    },
  );
}
