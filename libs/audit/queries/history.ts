import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeCursor, DomainError, encodeCursor, type EventStore, isSystemEvent, type RecordedEvent } from '@slipway/kernel';
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
 * read. Other work of the process has its turn between two pages.
 */
export async function* history(
  store: EventStore,
  start: Start,
  firstPage = READ_AT_ONCE,
): AsyncGenerator<RecordedEvent[], void, undefined> {
  let limit = Math.min(firstPage, READ_AT_ONCE);
  for (let next = start; ; limit = READ_AT_ONCE) {
    const events =
      'stream' in next ? await store.readStream(next.stream, { from: next.version, limit }) : await store.readAll({ ...next, limit });
    yield events.filter(({ type }) => !isSystemEvent(type));
    const last = events.at(-1);
    if (!last || events.length < limit) return;
    next = 'stream' in next ? { stream: next.stream, version: last.version + 1 } : { after: last.position };
    await nextTurn();
  }
}
