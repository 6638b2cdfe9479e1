import type { AttemptRef, LogChunk, LogStore, StoredChunk } from '../ports/log-store';

/** The words that the specifications of log stores are written in. */
export const DEPLOYMENT = deployment(1);

export function deployment(number: number): string {
  return `0190a5e0-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

export function attempt(given: Partial<AttemptRef> = {}): AttemptRef {
  return { deployment: DEPLOYMENT, step: 'Build', attempt: 1, token: 1, ...given };
}

export function chunks(first: number, last: number, text = 'line'): LogChunk[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    number: first + index,
    at: '2026-01-05T08:00:00.000Z',
    source: 'stdout',
    text: `${text} ${first + index}\n`,
  }));
}

export async function all(store: LogStore, of = DEPLOYMENT, limit = 1_000): Promise<StoredChunk[]> {
  const found: StoredChunk[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: Awaited<ReturnType<LogStore['read']>> = await store.read(of, { after, limit });
    expect(page.chunks.length).toBeLessThanOrEqual(limit);
    found.push(...page.chunks);
    after = page.next;
  }
  return found;
}

export async function numbers(store: LogStore): Promise<number[]> {
  return (await all(store)).map(({ number }) => number);
}
