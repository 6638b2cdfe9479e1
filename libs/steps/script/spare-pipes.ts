import { execFile } from 'node:child_process';
import { constants, open } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

// Descriptors, not FileHandles: the stream owns what it reads, and a handle would close it again when it is garbage-collected.
const openDescriptor = promisify<string, number, number>(open);

/** File descriptors of a pipe whose name is gone. */
export interface PipeEnds {
  readonly reader: number;
  readonly writer: number;
}

/** Made at a time. A program must be started to make one, which costs more than many of them: half as much as a whole script. */
const AT_ONCE = 16;

/** Pipes for the outputs of scripts to come. */
export class SparePipes {
  private readonly spare: PipeEnds[] = [];
  private making: Promise<void> | undefined;

  /** Two of them. Where new ones must be made, they have names in `folder` for a moment, and serve whoever else waits for some. */
  async two(folder: string): Promise<[PipeEnds, PipeEnds]> {
    while (this.spare.length < 2) await (this.making ??= this.makeMore(folder).finally(() => (this.making = undefined)));
    return this.spare.splice(0, 2) as [PipeEnds, PipeEnds];
  }

  private async makeMore(folder: string): Promise<void> {
    this.spare.push(...(await made(folder)));
  }
}

async function made(folder: string): Promise<PipeEnds[]> {
  const files = Array.from({ length: AT_ONCE }, (_, number) => join(folder, `pipe-${number}`));
  await promisify(execFile)('mkfifo', ['-m', '600', ...files]);
  return Promise.all(
    files.map(async (file) => {
      // The read end first and without blocking: an open for writing then returns at once, and its end keeps the pipe from ending early.
      const reader = await openDescriptor(file, constants.O_RDONLY | constants.O_NONBLOCK);
      const writer = await openDescriptor(file, constants.O_WRONLY);
      await unlink(file);
      return { reader, writer };
    }),
  );
}
