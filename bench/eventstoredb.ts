import { EventStoreDBClient, type JSONType, jsonEvent, NO_STREAM, START } from '@eventstore/db-client';
import { EventStoreDbEventStore } from '@slipway/adapters/event-store/eventstoredb/eventstoredb-event-store';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { type EventStore, Ids } from '@slipway/kernel';
import { DoubleProcess } from '../test/doubles/eventstoredb/double-process.fixture';
import { follow } from './postgres';
import type { Run } from './run';
import { newStream, sampleEvent } from './sample-events';
import { perSecond, rate } from './timed';

const GOAL = 0.7;
const CAUGHT_UP_ON = 20_000;

/** Our adapter against the bare client, on a real server; with --double on the protocol double, which tells what we add and nothing of EventStoreDB. */
export async function eventStoreDb(run: Run): Promise<void> {
  const real = process.env['EVENT_STORE_TEST_URL'];
  if (real) return against(run, real, '');
  if (!run.options.double) return run.say('needs EVENT_STORE_TEST_URL (a real EventStoreDB), or --double to run on the protocol double');
  const double = await new DoubleProcess().start();
  try {
    await against(run, double.url, ' (protocol double)');
  } finally {
    await double.dispose();
  }
}

async function against(run: Run, url: string, where: string): Promise<void> {
  const [clock, random] = [new SystemClock(), new SystemRandom()];
  const store = EventStoreDbEventStore.open({ url, clock, ids: new Ids(clock, random) });
  const client = EventStoreDBClient.connectionString(url);
  const append = () => {
    const { id, type, data, metadata } = sampleEvent();
    const event = jsonEvent({ id, type, data: data as JSONType, metadata: { ...metadata } });
    return client.appendToStream(newStream(), [event], { expectedRevision: NO_STREAM });
  };
  try {
    for (const [inFlight, count] of [
      [1, 500],
      [32, 5_000],
      [256, 10_000],
    ] as const)
      await run.compare(
        { what: `append to new streams, ${inFlight} in flight${where}`, unit: 'events/s', goal: GOAL },
        {
          ours: () => rate(count, inFlight, () => store.append(newStream(), 'none', [sampleEvent()])),
          reference: () => rate(count, inFlight, append),
        },
      );
    await catchUp(run, { store, client, where });
  } finally {
    await Promise.all([store.close(), client.dispose()]);
  }
}

async function catchUp(run: Run, on: { store: EventStore; client: EventStoreDBClient; where: string }): Promise<void> {
  const read = async (): Promise<void> => {
    const subscription = on.client.subscribeToAll({ fromPosition: START });
    let seen = 0;
    for await (const { event } of subscription) if (event && !event.type.startsWith('$') && (seen += 1) >= CAUGHT_UP_ON) break;
    await subscription.unsubscribe();
  };
  await run.compare(
    { what: `catch up on ${CAUGHT_UP_ON} events${on.where}`, unit: 'events/s', goal: GOAL },
    { ours: () => perSecond(CAUGHT_UP_ON, () => follow(on.store, CAUGHT_UP_ON)), reference: () => perSecond(CAUGHT_UP_ON, read) },
  );
}
