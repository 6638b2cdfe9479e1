/**
 * A group of appends, whole in one message: nothing that its sender does or suffers lies between the lock and the commit. The row of the log is the lock. Who
 * holds it knows the last position, and positions become visible in their order (decision 026).
 *
 * Of each append: its stream, the expected version (-1 none, -2 exists, -3 any, -4 never) and the number of its last event in the group; of each event its columns.
 * Answers of each append the stream's last version and the position of its last event. When it was not written the position is null and the version is what
 * was found, null where an id of it is taken.
 *
 * Most appends fit, and are alone on their stream: one statement writes them all. The others, or all when an id is taken, go one by one. Plans are kept: to make
 * them anew for each group costs more than they gain. A server that is told not to wait for its disk waits here all the same.
 */
export const APPEND_GROUP = `
  CREATE PROCEDURE slipway_events.append_group(
    streams text[], expectations bigint[], bounds bigint[], expiries bigint[],
    ids text[], types text[], datas text[], metadatas text[],
    INOUT versions bigint[], INOUT positions bigint[]
  ) LANGUAGE plpgsql AS $$
  DECLARE
    end_of_log bigint;
    last_position bigint;
    last_version bigint;
    first_event bigint;
  BEGIN
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    IF current_setting('synchronous_commit') IN ('off', 'local') THEN PERFORM set_config('synchronous_commit', 'on', true); END IF;
    SELECT forgotten INTO end_of_log FROM slipway_events.log FOR UPDATE;
    SELECT greatest(end_of_log, max(position)) INTO end_of_log FROM slipway_events.events;

    SELECT array_agg(CASE WHEN easy THEN last + size END ORDER BY n),
           array_agg(CASE WHEN easy THEN end_of_log + easy_events END ORDER BY n),
           end_of_log + coalesce(max(easy_events), 0)
      INTO versions, positions, last_position
      FROM (
        SELECT n, size, last, easy, (sum(size) FILTER (WHERE easy) OVER (ORDER BY n))::bigint AS easy_events
          FROM (
            SELECT n, size, last, count(*) OVER (PARTITION BY stream) = 1
                   AND (expected = last OR expected = -3 OR expected = -2 AND last >= 0) AS easy
              FROM (
                SELECT n, stream, expected, bound - lag(bound, 1, 0::bigint) OVER (ORDER BY n) AS size,
                       coalesce((SELECT version FROM slipway_events.events e WHERE e.stream = a.stream ORDER BY version DESC LIMIT 1), -1) AS last
                  FROM unnest(streams, expectations, bounds) WITH ORDINALITY AS a (stream, expected, bound, n)
              ) AS looked_up
          ) AS judged
      ) AS counted;

    IF last_position > end_of_log THEN
      BEGIN
        INSERT INTO slipway_events.events (position, stream, version, id, type, data, metadata, expires_at)
        SELECT a.position - a.bound + e.n, a.stream, a.version - a.bound + e.n, e.id, e.type, e.data, e.metadata, a.expiry
          FROM unnest(ids, types, datas, metadatas) WITH ORDINALITY AS e (id, type, data, metadata, n)
          JOIN unnest(streams, versions, positions, bounds, expiries) WITH ORDINALITY AS a (stream, version, position, bound, expiry, n)
            ON a.n = width_bucket(e.n - 1, bounds) + 1
         WHERE a.position IS NOT NULL;
      EXCEPTION WHEN unique_violation THEN
        last_position := end_of_log;
        positions := array_fill(NULL::bigint, ARRAY[cardinality(streams)]);
      END;
    END IF;

    FOR i IN 1 .. cardinality(streams) LOOP
      CONTINUE WHEN positions[i] IS NOT NULL;
      SELECT coalesce(max(version), -1) INTO last_version FROM slipway_events.events WHERE stream = streams[i];
      versions[i] := last_version;
      CONTINUE WHEN NOT (expectations[i] = last_version OR expectations[i] = -3 OR expectations[i] = -2 AND last_version >= 0);
      first_event := coalesce(bounds[i - 1], 0) + 1;
      BEGIN
        INSERT INTO slipway_events.events (position, stream, version, id, type, data, metadata, expires_at)
        SELECT last_position + e.n, streams[i], last_version + e.n, e.id, e.type, e.data, e.metadata, expiries[i]
          FROM unnest(ids[first_event:bounds[i]], types[first_event:bounds[i]], datas[first_event:bounds[i]], metadatas[first_event:bounds[i]])
               WITH ORDINALITY AS e (id, type, data, metadata, n);
        last_position := last_position + bounds[i] - first_event + 1;
        versions[i] := last_version + bounds[i] - first_event + 1;
        positions[i] := last_position;
      EXCEPTION WHEN unique_violation THEN
        versions[i] := NULL;
      END;
    END LOOP;

    IF last_position > end_of_log THEN PERFORM pg_notify('slipway_events', last_position::text); END IF;
    COMMIT;
  END $$;
`;
