import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventMetadata, EventStore, EventToAppend } from '@slipway/kernel';

const HISTORY = join(__dirname, '../test/histories/0.2.0.ndjson');
const COPIES_AT_ONCE = 64;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

interface Exported extends EventMetadata {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly data: object;
}

/** Fills a store with copies of a golden history, each with streams and ids of its own, until it holds at least so many events. */
export async function copiedHistory(store: EventStore, events: number): Promise<void> {
  const lines = readFileSync(HISTORY, 'utf8').trimEnd().split('\n');
  let next = 0;
  const copies = Math.ceil(events / lines.length);
  const lane = async (): Promise<void> => {
    while (next < copies) await copy(store, lines, next++);
  };
  await Promise.all(Array.from({ length: COPIES_AT_ONCE }, lane));
}

/** In the order of the log; what follows on one stream goes in one append. */
async function copy(store: EventStore, lines: readonly string[], number: number): Promise<void> {
  const own = number.toString(16).padStart(12, '0');
  let stream = '';
  const events: EventToAppend[] = [];
  for (const line of lines) {
    const event = JSON.parse(line.replace(UUID, (uuid) => uuid.slice(0, 24) + own)) as Exported;
    const place = `${event.stream}.${own}`;
    if (place !== stream && events.length > 0) await store.append(stream, 'any', events.splice(0));
    stream = place;
    const { position: _position, stream: _stream, version: _version, id, type, data, ...metadata } = event;
    events.push({ id, type, data, metadata });
  }
  await store.append(stream, 'any', events);
}
