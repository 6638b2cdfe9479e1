import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AttemptRef,
  InfrastructureError,
  isInfrastructureError,
  type LogChunk,
  LogStore,
  messageOf,
  type StoredChunk,
} from '@slipway/kernel';
import { KeyQueue } from '@slipway/kernel/streams/key-queue';
import { LRUCache } from 'lru-cache';
import { checkAppend, checkPlace, isDeployment } from '../refusals';
import { chunkOf, lineOf, linesFrom } from './chunk-lines';
import { LogIndex } from './log-index';
import { Permits } from './permits';

type Page = Awaited<ReturnType<LogStore['read']>>;

/**
 * Step output in a folder, which must exist: one file of JSON lines per deployment, chunks as they arrive, appended by this process alone (the
 * data folder's lock sees to that). An append is one write and one fdatasync before it resolves: whoever acknowledges a delivery after it has moved
 * its offset for good, so the bus would not bring the output again after a power cut. That is one sync per delivery (a worker gathers output for
 * half a second), side by side for different deployments. Places (`after`, `next`, `reached`) are byte offsets, so a page costs what it holds.
 * Errors: InfrastructureError `log-store.unavailable` (retryable); `log-store.refused` (not: an id or a number that is none).
 */
export class FileLogStore extends LogStore {
  private readonly queue = new KeyQueue();
  private readonly permits: Permits;
  private readonly indexes: LRUCache<string, LogIndex>;
  private readonly running = new Set<Promise<unknown>>();
  private closed = false;

  /** `maxOpenFiles`: files open at once, the others wait. `remembered`: deployments whose file need not be read again for an append. */
  constructor(
    private readonly folder: string,
    { maxOpenFiles = 32, remembered = 5_000 } = {},
  ) {
    super();
    this.permits = new Permits(maxOpenFiles);
    this.indexes = new LRUCache({ max: remembered });
  }

  async append(attempt: AttemptRef, chunks: readonly LogChunk[]): Promise<void> {
    const { deployment } = attempt;
    checkAppend(deployment, chunks);
    if (chunks.length === 0) return;
    await this.working(() => this.queue.run(deployment, () => this.permits.run(() => this.take(attempt, chunks))));
  }

  async read(deployment: string, { after, limit }: { after: number; limit: number }): Promise<Page> {
    checkPlace(after);
    // Not refused: nothing can be stored under such a name, so nothing is there.
    if (!isDeployment(deployment)) return { chunks: [], reached: after };
    return this.working(() => this.permits.run(() => this.page(deployment, after, limit)));
  }

  async holds(attempt: AttemptRef, chunks: number): Promise<boolean> {
    const { deployment } = attempt;
    if (!isDeployment(deployment)) return chunks === 0;
    return this.working(() =>
      this.queue.run(deployment, () => this.permits.run(async () => (await this.indexOf(deployment)).holds(attempt, chunks))),
    );
  }

  /** Waits for what was asked for before; afterwards all is refused as unavailable. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.running);
  }

  private async page(deployment: string, after: number, limit: number): Promise<Page> {
    const file = await open(this.path(deployment), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const chunks: StoredChunk[] = [];
    let reached = after;
    if (!file) return { chunks, reached };
    try {
      for await (const line of linesFrom(file, after)) {
        const chunk = chunkOf(line);
        if (!chunk) continue;
        if (chunks.length >= limit) return { chunks, next: reached, reached };
        chunks.push(chunk);
        reached = line.end;
      }
      return { chunks, reached };
    } finally {
      await file.close();
    }
  }

  /** Of a file as it stands; remembered only by appends, which see to it that the two agree. */
  private async indexOf(deployment: string): Promise<LogIndex> {
    const remembered = this.indexes.get(deployment);
    if (remembered) return remembered;
    const file = await open(this.path(deployment), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!file) return new LogIndex();
    try {
      return await LogIndex.of(file);
    } finally {
      await file.close();
    }
  }

  private async take(attempt: AttemptRef, chunks: readonly LogChunk[]): Promise<void> {
    const { deployment } = attempt;
    const file = await open(this.path(deployment), constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const { size } = await file.stat();
      const remembered = this.indexes.get(deployment);
      const index = remembered?.end === size ? remembered : await LogIndex.of(file);
      // A line that a crash cut off was never acknowledged: it goes, and comes again whole.
      if (size > index.end) await file.truncate(index.end);
      // Remembered again once the file is as the index says.
      this.indexes.delete(deployment);
      await this.write(
        file,
        index,
        chunks.filter(({ number }) => index.add(attempt, number)).map((chunk) => lineOf(attempt, chunk)),
      );
      this.indexes.set(deployment, index);
    } finally {
      await file.close();
    }
  }

  private async write(file: FileHandle, index: LogIndex, lines: readonly string[]): Promise<void> {
    const before = index.end;
    try {
      if (lines.length > 0) index.end += await writeAt(file, Buffer.from(lines.join(''), 'utf8'), before);
      // A repeat too is acknowledged only when what it repeats is durable.
      if (lines.length > 0 || !index.durable) await file.datasync();
      if (before === 0) await syncFolder(this.folder);
      index.durable = true;
    } catch (error) {
      // After a failed sync the page cache may call clean what the disk never got: the lines must be written anew when they come again.
      await file.truncate(before).catch(() => undefined);
      throw error;
    }
  }

  private path(deployment: string): string {
    return join(this.folder, `${deployment}.ndjson`);
  }

  private async working<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed) throw new InfrastructureError('log-store.unavailable', `the log store ${this.folder} is closed`, true);
    const task = work();
    this.running.add(task);
    try {
      return await task;
    } catch (error) {
      if (isInfrastructureError(error)) throw error;
      const what = `the log store ${this.folder} failed: ${messageOf(error)}: check that the folder is there, may be written, and has room`;
      throw new InfrastructureError('log-store.unavailable', what, true, { cause: error });
    } finally {
      this.running.delete(task);
    }
  }
}

/** Writes all of it, in one call where the disk takes it so. Returns how much. */
async function writeAt(file: FileHandle, bytes: Buffer, offset: number): Promise<number> {
  for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
  return bytes.length;
}

/** Makes a new file's name as durable as its content. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
