import type { FileHandle } from 'node:fs/promises';
import type { AttemptRef, LogChunk, StoredChunk } from '@slipway/kernel';

/** A whole line of a file, without its line feed, and the byte offset behind that. */
export interface Line {
  readonly text: string;
  readonly end: number;
}

const BLOCK_BYTES = 65_536;
const LINE_FEED = 10;

/** A chunk as its line, line feed included: JSON escapes those inside the text. */
export function lineOf({ step, attempt, token }: AttemptRef, { number, at, source, text }: LogChunk): string {
  return `${JSON.stringify({ step, attempt, token, number, at, source, text })}\n`;
}

/** Undefined for a line that is no chunk: damage, which costs no more than that line. */
export function chunkOf({ text }: Line): StoredChunk | undefined {
  try {
    const chunk = JSON.parse(text) as Partial<StoredChunk> | null;
    return typeof chunk?.step === 'string' && typeof chunk.text === 'string' && Number.isSafeInteger(chunk.number)
      ? (chunk as StoredChunk)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whole lines from a byte offset on; from within a line, those behind it. A last line without line feed was cut off by a crash, or is being
 * written right now: it is left out.
 */
export async function* linesFrom(file: FileHandle, offset: number): AsyncGenerator<Line, void, undefined> {
  // The byte before tells whether a line begins here: a line feed there makes an empty first line.
  let position = Math.max(0, offset - 1);
  let behindFirst = position === offset;
  let held: Buffer[] = [];
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(BLOCK_BYTES), 0, BLOCK_BYTES, position);
    if (bytesRead === 0) return;
    const block = buffer.subarray(0, bytesRead);
    let start = 0;
    for (let feed = block.indexOf(LINE_FEED); feed >= 0; feed = block.indexOf(LINE_FEED, start)) {
      const text = Buffer.concat([...held, block.subarray(start, feed)]).toString('utf8');
      held = [];
      start = feed + 1;
      if (behindFirst) yield { text, end: position + start };
      behindFirst = true;
    }
    held.push(block.subarray(start));
    position += bytesRead;
  }
}
