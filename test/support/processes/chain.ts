import { createHash } from 'node:crypto';
import type { AuditEvent } from '../answers';
import type { StoredEvent } from './stored-event';

/** SHA-256 as decision 17 says it, written down anew: of the JSON array of the hash before, the event, and its metadata but for the hash. */
function hashOf(
  previous: string,
  { stream, version, id, type }: Omit<StoredEvent, 'data' | 'metadata'>,
  data: unknown,
  metadata: object,
): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, stream, version, id, type, data, metadata]))
    .digest('hex');
}

/** What is wrong with the streams of a log: versions that are not 0, 1, 2 …, and hashes that do not follow from the one before. */
export function faultsIn(events: readonly StoredEvent[]): string[] {
  const last = new Map<string, { version: number; hash: string }>();
  return events.flatMap((event) => {
    const before = last.get(event.stream) ?? { version: -1, hash: '' };
    const { hash, ...metadata } = JSON.parse(event.metadata) as { hash: string };
    const expected = hashOf(before.hash, event, JSON.parse(event.data), metadata);
    last.set(event.stream, { version: event.version, hash });
    const place = `${event.stream}, version ${event.version}`;
    return [
      ...(event.version === before.version + 1 ? [] : [`${place}: follows version ${before.version}`]),
      ...(hash === expected ? [] : [`${place}: has the hash ${hash}, not ${expected}`]),
    ];
  });
}

/** An exported event as it is stored: what the audit shows is all that the chain covers. */
export function asStored(event: AuditEvent): StoredEvent {
  const { position, stream, version, id, type, at, actor, command, commandId, correlationId, causationId, traceparent, hash, data } = event;
  const metadata = {
    actor,
    at,
    command,
    commandId,
    correlationId,
    causationId,
    ...(traceparent === undefined ? {} : { traceparent }),
    hash,
  };
  return { position: Number(position), stream, version, id, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
}
