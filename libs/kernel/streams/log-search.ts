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
