import { EventStoreDBClient } from '@eventstore/db-client';
import { Client } from 'pg';
import type { StoredEvent } from './stored-event';

/** Everything but system events in the event store of a URL, oldest first, as a plain client of that server finds it. */
export function plainLog(url: string): Promise<StoredEvent[]> {
  return url.startsWith('postgres') ? fromPostgres(url) : fromEventStoreDb(url);
}

async function fromPostgres(connectionString: string): Promise<StoredEvent[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<Omit<StoredEvent, 'position'> & { position: string }>(
      "SELECT position, stream, version, id, type, data, metadata FROM slipway_events.events WHERE type NOT LIKE '$%' ORDER BY position",
    );
    return rows.map((row) => ({ ...row, position: Number(row.position) }));
  } finally {
    await client.end();
  }
}

/** Positions are commit positions, versions the server's revisions. The client parses JSON by itself: texts are written anew, in the order of their members. */
async function fromEventStoreDb(url: string): Promise<StoredEvent[]> {
  const client = EventStoreDBClient.connectionString(url);
  const stored: StoredEvent[] = [];
  try {
    for await (const { event } of client.readAll()) {
      if (!event || event.type.startsWith('$')) continue;
      const { streamId: stream, revision, id, type, data, metadata } = event;
      const texts = { data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
      stored.push({ position: Number(event.position?.commit), stream, version: Number(revision), id, type, ...texts });
    }
    return stored;
  } finally {
    await client.dispose();
  }
}
