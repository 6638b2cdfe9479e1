import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_SECONDS = 25;
const LOOK_MS = 20;

/** Looks again and again until something is so, and resolves with what was seen then. Rejects, with what was seen last, after 25 s or so many. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  isSo: (seen: T) => boolean,
  seconds = PATIENCE_SECONDS,
): Promise<T> {
  const end = performance.now() + seconds * 1_000;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain until ${what}; seen last: ${JSON.stringify(seen, null, 1)}`);
    await pause(LOOK_MS);
  }
}
