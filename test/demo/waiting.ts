import { setTimeout as pause } from 'node:timers/promises';
import { StoryBroken } from './story';

const PATIENCE_SECONDS = 40;

/** Looks again and again until something is so, and returns what was seen then. Throws StoryBroken with what was seen last. */
export async function until<T>(what: string, look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const end = performance.now() + PATIENCE_SECONDS * 1_000;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() > end) throw new StoryBroken(`Waited ${PATIENCE_SECONDS} s in vain: ${what}. Seen last: ${JSON.stringify(seen)}`);
    await pause(50);
  }
}
