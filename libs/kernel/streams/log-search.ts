import { BEGINNING, type RecordedEvent } from '../event';
import type { EventStore } from '../ports/event-store';

/** Events of one burst, decided one after another and stored in another order. */
const BURST = 500;

/**
 * Position of the last event that was decided at a time (RFC 3339 UTC with milliseconds) or before, BEGINNING for none. It reads a few dozen single events,
 * however long the log is: times rise along it, but for a burst's worth. Where a clock was set back they do not: the log passes the time more than once then,
 * and this is one of the places at which it does. `head`: where the log ends.
 */
export async function positionAt(store: EventStore, time: string, head: bigint): Promise<bigint> {
  const isLater = (event: RecordedEvent) => event.metadata.at > time;
  const [last] = head === BEGINNING ? [] : await store.readAll({ after: head - 1n, limit: 1 });
  if (!last || !isLater(last)) return head;
  const found = await lastBefore(store, isLater, head);
  const burst = await store.readAll({ after: found, limit: BURST });
  return burst.findLast((event) => event.position <= head && !isLater(event))?.position ?? found;
}

/** The last event at a position or before it. */
export async function eventAt(store: EventStore, position: bigint, head: bigint): Promise<RecordedEvent | undefined> {
  // A position that an answer gave is an event's own, mostly.
  const [there] = position === BEGINNING ? [] : await store.readAll({ after: position - 1n, limit: 1 });
  if (there?.position === position) return there;
  const found = await lastBefore(store, (event) => event.position > position, head);
  const [event] = found === BEGINNING ? [] : await store.readAll({ after: found - 1n, limit: 1 });
  return event;
}

/** Position of the last event that stands before all that `isBehind` holds for, BEGINNING for none: bisected, so `isBehind` must not change back along the log. */
async function lastBefore(store: EventStore, isBehind: (event: RecordedEvent) => boolean, head: bigint): Promise<bigint> {
  let [low, high] = [BEGINNING, head];
  while (low < high) {
    const middle = (low + high) / 2n;
    const [next] = await store.readAll({ after: middle, limit: 1 });
    if (!next || isBehind(next)) high = middle;
    else low = next.position;
  }
  return low;
}

/** How far the time in an event's id, a UUID v7, may be off its place in the log, ms: it is made right before the event is stored. */
const SLACK_MS = 250;
const PAGE = 200;
/** Events looked through for one id: a busy log may hold many of one moment. */
const MOST_LOOKED_THROUGH = 5_000;

/**
 * Events by their ids, found by the times in them; few dozen reads for each id that is not near another. One that was stored long after its id was made,
 * by a clock that was set, is not found, and left out.
 */
export async function eventsById(store: EventStore, ids: Iterable<string>, head: bigint): Promise<Map<string, RecordedEvent>> {
  const wanted = new Set([...ids].filter((id) => V7.test(id)));
  const found = new Map<string, RecordedEvent>();
  for (const id of wanted) {
    if (found.has(id)) continue;
    for await (const page of around(store, msOf(id), head)) {
      for (const event of page) if (wanted.has(event.id)) found.set(event.id, event);
      if (found.has(id)) break;
    }
  }
  return found;
}

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The first 48 bits of a UUID v7 (RFC 9562, 5.7). */
function msOf(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

async function* around(store: EventStore, ms: number, head: bigint): AsyncGenerator<RecordedEvent[], void, undefined> {
  let after = await lastBefore(store, ({ id }) => msOf(id) >= ms - SLACK_MS, head);
  for (let looked = 0; looked < MOST_LOOKED_THROUGH; looked += PAGE) {
    const page = await store.readAll({ after, limit: PAGE });
    yield page;
    const last = page.at(-1);
    if (!last || page.length < PAGE || msOf(last.id) > ms + SLACK_MS) return;
    after = last.position;
  }
}
