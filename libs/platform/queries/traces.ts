import { type EventStore, eventsById, type Reason, type RecordedEvent } from '@slipway/kernel';

/** An event that something is traced back to: enough to know what it was, and to find it in the audit. */
export interface Trace {
  readonly id: string;
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
}

/** A reason with the events behind it, as far as they are found. */
export interface TracedReason extends Reason {
  readonly causes: readonly Trace[];
}

/** Traces of events by their ids, as far as they are found. */
export async function tracesOf(store: EventStore, ids: Iterable<string>): Promise<Map<string, Trace>> {
  const events = await eventsById(store, ids, await store.head());
  return new Map([...events].map(([id, event]) => [id, traceOf(event)]));
}

export async function tracedReasons(store: EventStore, reasons: readonly Reason[]): Promise<TracedReason[]> {
  const traces = await tracesOf(
    store,
    reasons.flatMap(({ events }) => events),
  );
  return reasons.map((reason) => ({ ...reason, causes: reason.events.flatMap((id) => traces.get(id) ?? []) }));
}

function traceOf({ id, position, stream, version, type, metadata: { at, actor } }: RecordedEvent): Trace {
  return { id, position: String(position), stream, version, type, at, actor };
}
