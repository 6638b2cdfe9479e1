import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 10_000;

/** Waits on real time until a condition holds, and says what it waited for in vain. For contract suites that run against real adapters. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + PATIENCE; !condition();) {
    if (performance.now() > end) throw new Error(`waited ${PATIENCE / 1_000} s in vain for ${what}`);
    await pause(2);
  }
}
