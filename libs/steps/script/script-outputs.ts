import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { OUTPUT_NAME } from '@slipway/kernel';

const MAX_OUTPUT_BYTES = 64 * 1024;
const MAX_OUTPUTS = 100;

const LINE = /^([^=]*)=([^]*)$/;

export interface Outputs {
  readonly outputs: Readonly<Record<string, string>>;
  /** What the log should say of them. */
  readonly notes: readonly string[];
}

/**
 * Lines `name=value`; the last one of a name wins, whatever its case, since that is how later steps read it; empty lines are skipped. Throws an Error that names
 * the line at fault.
 */
export function parseOutputs(text: string): Outputs {
  const outputs = new Map<string, { readonly spellings: Set<string>; readonly name: string; readonly value: string }>();
  text.split('\n').forEach((line, index) => {
    if (line === '') return;
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined || !OUTPUT_NAME.test(name) || value.includes('\0')) {
      throw new Error(`line ${index + 1} of $SLIPWAY_OUTPUT is not name=value: ${JSON.stringify(line.slice(0, 80))}`);
    }
    const spellings = outputs.get(name.toUpperCase())?.spellings ?? new Set();
    outputs.set(name.toUpperCase(), { spellings: spellings.add(name), name, value });
    if (outputs.size > MAX_OUTPUTS)
      throw new Error(`line ${index + 1} of $SLIPWAY_OUTPUT is one output too many: at most ${MAX_OUTPUTS} are allowed`);
  });
  const kept = [...outputs.values()];
  return {
    outputs: Object.fromEntries(kept.map(({ name, value }) => [name, value])),
    notes: kept
      .filter(({ spellings }) => spellings.size > 1)
      .map(
        ({ spellings, name }) =>
          `The outputs ${[...spellings].join(' and ')} are one, since case does not count: it has the value of ${name}.`,
      ),
  };
}

const NONE: Outputs = { outputs: {}, notes: [] };

/** The outputs that a script left in its file; a deleted file is none. Throws an Error that says what is wrong with it. */
export async function readOutputs(file: string): Promise<Outputs> {
  // The script owns the file: it may have become a link, a pipe that nobody writes to, or huge. None of that may hang or fill the worker.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new Error(`$SLIPWAY_OUTPUT cannot be read (${error.code}): leave it the file it was`);
    },
  );
  if (!handle) return NONE;
  try {
    if (!(await handle.stat()).isFile()) throw new Error('$SLIPWAY_OUTPUT is no file any more: append lines to it');
    const buffer = Buffer.alloc(MAX_OUTPUT_BYTES + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < buffer.length; size += read)
      read = (await handle.read(buffer, size, buffer.length - size)).bytesRead;
    if (size > MAX_OUTPUT_BYTES)
      throw new Error(`$SLIPWAY_OUTPUT is longer than ${MAX_OUTPUT_BYTES} bytes: keep outputs small, and files elsewhere`);
    return parseOutputs(utf8(buffer.subarray(0, size)));
  } finally {
    await handle.close();
  }
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('$SLIPWAY_OUTPUT is not valid UTF-8');
  }
}
