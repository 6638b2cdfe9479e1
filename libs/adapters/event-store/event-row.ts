import { type EventMetadata, type RecordedEvent, UnreadableEvent } from '@slipway/kernel';
import type { StoredEvent } from './prepared-append';

/** A stored event with its place. Positions are plain numbers here: those of SQLite and PostgreSQL are counted, far below 2^53. */
export interface EventRow extends StoredEvent {
  readonly position: number;
  readonly stream: string;
  readonly version: number;
}

/** Errors: UnreadableEvent. */
export function decoded(row: EventRow): RecordedEvent {
  const { stream, version, id, type } = row;
  const position = BigInt(row.position);
  const [data, metadata] = [objectIn(row.data), objectIn(row.metadata)];
  if (!data || !metadata) throw new UnreadableEvent({ position, stream, version, id });
  return { position, stream, version, id, type, data, metadata: metadata as EventMetadata };
}

function objectIn(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
