import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { ProposedRecord } from './record';

/** One append, with its time in milliseconds: all of them, in order, make the same log again. */
export interface Write {
  readonly stream: string;
  readonly at: number;
  readonly events: readonly ProposedRecord[];
}

interface Line {
  readonly stream: string;
  readonly at: number;
  readonly events: readonly (Omit<ProposedRecord, 'data' | 'metadata'> & { readonly data: string; readonly metadata: string })[];
}

/** A log in a file, an append on each line: what a process acknowledged is there after it was killed. */
export class DatabaseFile {
  constructor(private readonly path: string) {}

  writes(): Write[] {
    if (!existsSync(this.path)) return [];
    // The last line is empty, or was being written when the process died: nobody was told of it.
    const lines = readFileSync(this.path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const { events, ...rest } = JSON.parse(line) as Line;
      return { ...rest, events: events.map((event) => ({ ...event, data: unpacked(event.data), metadata: unpacked(event.metadata) })) };
    });
  }

  add({ events, ...rest }: Write): void {
    const line: Line = {
      ...rest,
      events: events.map((event) => ({ ...event, data: packed(event.data), metadata: packed(event.metadata) })),
    };
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }
}

function packed(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function unpacked(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
