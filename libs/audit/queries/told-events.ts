import type { EventStore } from '@slipway/kernel';
import { type Trace, tracesOf } from '@slipway/platform';
import type { AuditEvent } from './audit-event';

/** What led to an event: an event before it, or the request that asked for it. Of an event that is not found only the id is told. */
export type Cause = { readonly kind: 'request'; readonly id: string } | ({ readonly kind: 'event'; readonly id: string } & Partial<Trace>);

/** An event with its cause told, for people who follow a history. */
export interface ToldEvent extends AuditEvent {
  readonly cause: Cause;
}

const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export async function toldEvents(store: EventStore, events: readonly AuditEvent[]): Promise<ToldEvent[]> {
  const traces = await tracesOf(
    store,
    events.map(({ causationId }) => causationId),
  );
  return events.map((event) => {
    const id = event.causationId;
    const trace = traces.get(id);
    const kind = trace || EVENT_ID.test(id) ? 'event' : 'request';
    return { ...event, cause: { kind, id, ...trace } };
  });
}
