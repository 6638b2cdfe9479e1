import type { RecordedEvent as ClientRecord } from '@eventstore/db-client';
import { type EventMetadata, type RecordedEvent, UnreadableEvent } from '@slipway/kernel';

/** A record as the client gives it. */
export type StoredRecord = ClientRecord;

export function positionOf(record: StoredRecord): bigint {
  return record.position?.commit ?? 0n;
}

/** Errors: UnreadableEvent. */
export function decoded(record: StoredRecord): RecordedEvent {
  const { streamId: stream, id, type, data, metadata } = record;
  const [position, version] = [positionOf(record), Number(record.revision)];
  if (!record.isJson || !isJsonObject(data) || !isJsonObject(metadata)) throw new UnreadableEvent({ position, stream, version, id });
  return { position, stream, version, id, type, data, metadata: metadata as unknown as EventMetadata };
}

/** The client gives text or bytes in the place of JSON that it cannot parse. */
function isJsonObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}
