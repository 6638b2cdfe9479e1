import { hashOf } from './ids';
import type { EventToAppend } from './ports/event-store';
import type { EventMetadata } from './event';

/** The hash before a stream's first event. */
export const CHAIN_START = '';

/**
 * Hash of an event, chained to the one before it in its stream: SHA-256 over the JSON array
 * [previous hash, stream, version, id, type, data, metadata without `hash`], each as stored (decision 17).
 * JSON of JSON-exact values survives a round trip through any store unchanged, key order included.
 */
export function chainHash(
  previous: string,
  stream: string,
  version: number,
  event: Omit<EventToAppend, 'metadata'> & { metadata: EventMetadata },
): string {
  const { hash: _, ...metadata } = event.metadata;
  return hashOf(previous, stream, version, event.id, event.type, event.data, metadata);
}

/** The events with their hashes set, as versions `first`, `first + 1` …; `hash` is also the last key of the stored metadata. */
export function chained(previous: string, stream: string, first: number, events: readonly EventToAppend[]): EventToAppend[] {
  let last = previous;
  return events.map((event, index) => {
    last = chainHash(last, stream, first + index, event);
    const { hash: _, ...metadata } = event.metadata;
    return { ...event, metadata: { ...metadata, hash: last } };
  });
}
