import type { Layout } from '../../postgres/postgres-layout';
import { APPEND_GROUP } from './append-group';

/** In words and error codes. */
export const EVENT_STORE = { code: 'event-store', name: 'the event store' } as const;

// JSON is kept as text, since the hash chain is over what is stored. Collation "C" compares bytes: the fastest, and the same on every server. `forgotten` is the
// highest position given out when something was last forgotten: positions are never given out twice, since a checkpoint may have passed them. The partial index
// costs only events that expire.
const TABLES = `
  DO $$ BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
      RAISE 'the database has the encoding %, which cannot hold every text: create one with ENCODING UTF8', current_setting('server_encoding');
    END IF;
  END $$;
  CREATE TABLE slipway_events.log (id text NOT NULL, forgotten bigint NOT NULL);
  CREATE TABLE slipway_events.events (
    position bigint PRIMARY KEY,
    stream text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    id text COLLATE "C" NOT NULL UNIQUE,
    type text COLLATE "C" NOT NULL,
    data text NOT NULL,
    metadata text NOT NULL,
    expires_at bigint,
    UNIQUE (stream, version)
  );
  CREATE INDEX events_expiring ON slipway_events.events (expires_at) WHERE expires_at IS NOT NULL;
`;

// One transaction in one message, as appending is. Streams whose last event expired by then (milliseconds), a bounded number of them.
const FORGET_EXPIRED = `
  CREATE PROCEDURE slipway_events.forget_expired(by_then bigint, most integer, INOUT forgotten_streams text[]) LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM FROM slipway_events.log FOR UPDATE;
    SELECT array_agg(expired.stream) INTO forgotten_streams
      FROM (
        SELECT stream FROM slipway_events.events e
         WHERE expires_at <= by_then
           AND NOT EXISTS (SELECT FROM slipway_events.events later WHERE later.stream = e.stream AND later.version > e.version)
         LIMIT most
      ) AS expired;
    IF forgotten_streams IS NOT NULL THEN
      UPDATE slipway_events.log SET forgotten = greatest(forgotten, (SELECT max(position) FROM slipway_events.events));
      DELETE FROM slipway_events.events WHERE stream = ANY (forgotten_streams);
    END IF;
    COMMIT;
  END $$;
`;

/** The tables of a log and what works on them; `newLogId` names the log where it is made. */
export function eventLayout(newLogId: string): Layout {
  const log = `INSERT INTO slipway_events.log (id, forgotten) VALUES ('${newLogId}', 0);`;
  return { user: EVENT_STORE, schema: 'slipway_events', format: 1, tables: [TABLES, APPEND_GROUP, FORGET_EXPIRED, log].join('\n') };
}
