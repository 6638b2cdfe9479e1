import type { RecordedEvent } from '../event';
import type { Projection } from '../projection';
import { type Checkpoint, type ReadStore, schemaName, type Table } from '../ports/read-store';
import { ProjectionFold } from '../subscriptions';

/** Events of several streams (each as `recorded` gives them) as one log, in the order given, with positions 1, 2, 3 … */
export function logOf(...streams: readonly (readonly RecordedEvent[])[]): RecordedEvent[] {
  return streams.flat().map((event, index) => ({ ...event, position: BigInt(index + 1) }));
}

/**
 * The rows of a table after these events, in key order. The events are projected several times, each time into a store of its own: one by one, all at
 * once, in threes, and one by one with rows kept from batch to batch, and every batch is delivered twice. All rows of all tables must come out
 * byte for byte the same (decision 10).
 * `open` gives an empty store, e.g. `() => new SqliteReadStore(':memory:')`; it is closed again. Throws what a handler throws.
 */
export async function projectionRows<Row extends object>(
  projection: Projection,
  table: Table<Row>,
  events: readonly RecordedEvent[],
  open: () => ReadStore | Promise<ReadStore>,
): Promise<Row[]> {
  if (events.some((event, index) => index > 0 && event.position <= events[index - 1]!.position)) {
    throw new Error('the events have no rising positions: put their streams together with logOf(…)');
  }
  const ways = [
    { size: 1, keeping: false },
    { size: Math.max(1, events.length), keeping: true },
    { size: 3, keeping: true },
    { size: 1, keeping: true },
  ];
  const runs: { size: number; dump: string; rows: Row[] }[] = [];
  for (const { size, keeping } of ways) {
    const store = await open();
    runs.push({ size, ...(await project({ projection, table, store, keeping }, inBatches(events, size))) });
  }
  const [first, ...others] = runs as [(typeof runs)[0], ...typeof runs];
  for (const other of others) {
    if (other.dump === first.dump) continue;
    throw new Error(
      `${schemaName(projection)}: other rows with batches of ${other.size} than with batches of 1:\n${first.dump}\n---\n${other.dump}`,
    );
  }
  return first.rows;
}

async function project<Row extends object>(
  { projection, table, store, keeping }: { projection: Projection; table: Table<Row>; store: ReadStore; keeping: boolean },
  batches: readonly (readonly RecordedEvent[])[],
): Promise<{ dump: string; rows: Row[] }> {
  const folding = new ProjectionFold(projection, store, (event) => event);
  let checkpoint: Checkpoint | undefined;
  try {
    await store.prepare(projection);
    for (const delivered of batches) {
      const batch = delivered.filter(({ position }) => position > (checkpoint?.position ?? 0n));
      const { changes, error, saved } = await folding.fold(batch);
      if (error !== undefined) throw error;
      const last = batch.at(-1);
      if (!last) continue;
      const next = { logId: 'log', position: last.position };
      await store.commit(schemaName(projection), checkpoint, next, changes);
      if (keeping) saved();
      checkpoint = next;
    }
    return await store.read(projection, async (snapshot) => {
      const lines: string[] = [];
      for (const each of projection.tables) {
        for (const row of await snapshot.select<object>(each as unknown as Table<object>)) lines.push(`${each.name} ${asText(row)}`);
      }
      return { dump: lines.join('\n'), rows: await snapshot.select(table) };
    });
  } finally {
    await store.close();
  }
}

/** Each batch twice, as a subscription that starts again would deliver it. */
function inBatches(events: readonly RecordedEvent[], size: number): RecordedEvent[][] {
  const batches: RecordedEvent[][] = [];
  for (let start = 0; start < events.length; start += size) {
    const batch = events.slice(start, start + size);
    batches.push(batch, batch);
  }
  return batches;
}

function asText(row: object): string {
  return JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
