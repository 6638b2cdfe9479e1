import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf, type AttemptRef } from '@slipway/kernel';
import { attemptKey, refOf } from './attempt-key';
import type { ProcessIdentity } from './process-groups';

/** What a worker remembers of an attempt on disk, so that its next start knows what it left behind. */
export interface AttemptNote {
  /** The instance that claimed it: words about the attempt must come from its holder. */
  readonly worker: string;
  readonly attempt: AttemptRef;
  readonly status: 'claimed' | 'begun';
  /** Leader of the process group that the step started. */
  readonly group?: ProcessIdentity;
}

/**
 * Notes and folders of attempts below one folder: `notes/<hash>.json`, `attempts/<hash>/`. A note is on disk when `write` resolves, and whole or not at all:
 * after a power cut a begun attempt must not look like one that had not.
 */
export class AttemptNotes {
  private readonly notes: string;
  private readonly attempts: string;

  /** `folder` is absolute. */
  constructor(folder: string) {
    this.notes = join(folder, 'notes');
    this.attempts = join(folder, 'attempts');
  }

  async prepare(): Promise<void> {
    await mkdir(this.notes, { recursive: true, mode: 0o700 });
    await mkdir(this.attempts, { recursive: true, mode: 0o700 });
  }

  /** Where the attempt's step works; it exists from `makeFolder` until `remove`. */
  folderOf(attempt: AttemptRef): string {
    return join(this.attempts, nameOf(attempt));
  }

  async makeFolder(attempt: AttemptRef): Promise<string> {
    const folder = this.folderOf(attempt);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    return folder;
  }

  async write(note: AttemptNote): Promise<void> {
    const file = join(this.notes, `${nameOf(note.attempt)}.json`);
    const draft = await open(`${file}.draft`, 'w', 0o600);
    try {
      await draft.writeFile(JSON.stringify(note));
      await draft.sync();
    } finally {
      await draft.close();
    }
    await rename(`${file}.draft`, file);
    const folder = await open(this.notes, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  /** Forgets the attempt, its folder included. */
  async remove(attempt: AttemptRef): Promise<void> {
    await rm(this.folderOf(attempt), { recursive: true, force: true });
    await rm(join(this.notes, `${nameOf(attempt)}.json`), { force: true });
  }

  /** Every note there is. What is no note (a draft that was never finished) had no effect yet and is removed. */
  async readAll(): Promise<AttemptNote[]> {
    const found: AttemptNote[] = [];
    for (const name of await readdir(this.notes)) {
      const text = name.endsWith('.json') ? await readFile(join(this.notes, name), 'utf8') : '';
      const note = noteOf(text);
      if (note) found.push(note);
      else await rm(join(this.notes, name), { force: true });
    }
    return found;
  }

  /** Removes folders that no note speaks of. */
  async removeStrayFolders(): Promise<void> {
    const noted = new Set((await this.readAll()).map(({ attempt }) => nameOf(attempt)));
    for (const name of await readdir(this.attempts)) {
      if (!noted.has(name)) await rm(join(this.attempts, name), { recursive: true, force: true });
    }
  }
}

function nameOf(attempt: AttemptRef): string {
  return hashOf(attemptKey(refOf(attempt))).slice(0, 32);
}

function noteOf(text: string): AttemptNote | undefined {
  try {
    const note = JSON.parse(text) as Partial<AttemptNote>;
    return note.attempt && note.worker !== undefined && (note.status === 'claimed' || note.status === 'begun')
      ? (note as AttemptNote)
      : undefined;
  } catch {
    return undefined;
  }
}
