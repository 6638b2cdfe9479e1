import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  decodeCursor,
  DomainError,
  encodeCursor,
  type EventStore,
  isSystemEvent,
  type RecordedEvent,
  UnreadableEvent,
} from '@slipway/kernel';
import type { AuditQuery } from './audit-query';

/** Events read at a time: an event may have a megabyte. */
const READ_AT_ONCE = 200;

/** Where a walk through history starts: behind a position of the log, or at a version of one stream. */
export type Start = { readonly after: bigint } | { readonly stream: string; readonly version: number };

/** Where a query starts: behind its cursor, else at `from`, else at the beginning. Errors: DomainError `cursor.invalid`. */
export function startOf({ from, stream, cursor }: Pick<AuditQuery, 'from' | 'stream' | 'cursor'>): Start {
  if (cursor === undefined) {
    if (stream !== undefined) return { stream, version: 0 };
    return { after: from === undefined || BigInt(from) === 0n ? 0n : BigInt(from) - 1n };
  }
  const [place, of] = decodeCursor(cursor);
  if (stream === undefined && typeof place === 'bigint' && place >= 0n && of === undefined) return { after: place };
  if (stream !== undefined && typeof place === 'number' && Number.isSafeInteger(place) && place >= 0 && of === stream) {
    return { stream, version: place + 1 };
  }
  throw new DomainError(
    'invalid',
    'cursor.invalid',
    'This cursor was not given out for this list: start again from its first page, without a cursor.',
  );
}

/** The cursor that goes on behind an event. */
export function cursorBehind(event: RecordedEvent, start: Start): string {
  return encodeCursor('stream' in start ? [event.version, event.stream] : [event.position]);
}

/**
 * History from a place on, a page of events after another, system events left out (a page may be empty then), up to what is stored when the last page is
 * read. Other work of the process has its turn between two pages. `pages`: events read at first, and later on.
 */
export async function* history(
  store: EventStore,
  start: Start,
  pages: { readonly first?: number; readonly later?: number } = {},
): AsyncGenerator<RecordedEvent[], void, undefined> {
  const { first = READ_AT_ONCE, later = READ_AT_ONCE } = pages;
  let limit = Math.min(first, READ_AT_ONCE);
  for (let next = start; ; limit = later) {
    const events =
      'stream' in next ? await store.readStream(next.stream, { from: next.version, limit }) : await store.readAll({ ...next, limit });
    yield events.filter(({ type }) => !isSystemEvent(type));
    const last = events.at(-1);
    if (!last || events.length < limit) return;
    next = behind(last, next);
    await nextTurn();
  }
}

/** The same, but what stands before an unreadable event is given first, one by one. Errors: then UnreadableEvent. */
export async function* readable(store: EventStore, start: Start): AsyncGenerator<RecordedEvent[], void, undefined> {
  let next = start;
  try {
    for await (const events of history(store, start)) {
      yield events;
      const last = events.at(-1);
      if (last) next = behind(last, next);
    }
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    yield* history(store, next, { first: 1, later: 1 });
  }
}

function behind(last: RecordedEvent, start: Start): Start {
  return 'stream' in start ? { stream: start.stream, version: last.version + 1 } : { after: last.position };
}
