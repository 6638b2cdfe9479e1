import type { FileHandle } from 'node:fs/promises';
import type { AttemptRef } from '@slipway/kernel';
import { chunkOf, linesFrom } from './chunk-lines';
import { StoredNumbers } from './stored-numbers';

/** What a deployment's file holds, without its texts: small enough to be remembered for thousands of deployments. */
export class LogIndex {
  /** Byte offset behind the last whole line. */
  end = 0;
  /** False until this process saw to it that the file is on the disk: lines found in it may live in the page cache only. */
  durable = false;
  private readonly attempts = new Map<string, StoredNumbers>();

  /** Reads a file once, from its beginning. */
  static async of(file: FileHandle): Promise<LogIndex> {
    const index = new LogIndex();
    for await (const line of linesFrom(file, 0)) {
      const chunk = chunkOf(line);
      if (chunk) index.add(chunk, chunk.number);
      index.end = line.end;
    }
    return index;
  }

  /** False when the attempt's chunk of that number is there already. */
  add({ step, attempt, token }: Omit<AttemptRef, 'deployment'>, number: number): boolean {
    const key = keyOf({ step, attempt, token });
    const numbers = this.attempts.get(key) ?? new StoredNumbers();
    this.attempts.set(key, numbers);
    return numbers.add(number);
  }

  /** Whether an attempt's chunks 1 to `last` are all there. */
  holds(attempt: Omit<AttemptRef, 'deployment'>, last: number): boolean {
    return (this.attempts.get(keyOf(attempt)) ?? new StoredNumbers()).complete(last);
  }
}

function keyOf({ step, attempt, token }: Omit<AttemptRef, 'deployment'>): string {
  return `${attempt}/${token}/${step}`;
}
