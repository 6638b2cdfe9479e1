import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { BEGINNING, Ids, type RecordedEvent } from '@slipway/kernel';
import { ManualClock, SEED, SeededRandom } from '@slipway/kernel/testing';
import { eventAt, eventsById, positionAt } from './log-search';

const START = Date.parse('2026-01-05T08:00:00.000Z');
const clock = new ManualClock();

class CountingStore extends MemoryEventStore {
  reads = 0;

  override readAll(options: { after: bigint; limit?: number }) {
    this.reads += 1;
    return super.readAll(options);
  }
}

/** A log with one event at each of these milliseconds, and events of the system in between. */
async function logOf(...times: readonly number[]): Promise<{ store: CountingStore; events: RecordedEvent[]; head: bigint }> {
  const ids = new Ids(clock, new SeededRandom('search'));
  const store = new CountingStore(clock, ids);
  const event = (type: string, at: string) => ({
    id: ids.next(),
    type,
    data: {},
    metadata: { actor: 'ada', at, command: 'Do', commandId: 'c', correlationId: 'r', causationId: 'r' },
  });
  const all = times.flatMap((ms, index) => {
    const at = new Date(START + ms).toISOString();
    return [event('Happened', at), ...(index % 3 === 1 ? [event('$Claimed', at)] : [])];
  });
  for (let from = 0; from < all.length; from += 1_000) await store.append('stream', 'any', all.slice(from, from + 1_000));
  return { store, events: await store.readAll({ after: BEGINNING, limit: 100_000 }), head: await store.head() };
}

const timeOf = (ms: number) => new Date(START + ms).toISOString();

describe('the position of a time', () => {
  it('is that of the last event decided then or before', async () => {
    const { store, events, head } = await logOf(0, 10, 10, 25);
    const at = (ms: number) => positionAt(store, timeOf(ms), head);
    expect(await at(-1)).toBe(BEGINNING);
    for (const [ms, index] of [
      [0, 0],
      [9, 0],
      [10, 2],
      [24, 2],
      [25, 3],
      [1_000, 3],
    ] as const)
      expect([ms, await at(ms)]).toEqual([ms, events[index]!.position]);
    expect(await positionAt((await logOf()).store, timeOf(0), BEGINNING)).toBe(BEGINNING);
  });

  it('is found in long logs as in short ones, with few reads, also where a burst was stored in another order', async () => {
    const random = new SeededRandom(SEED);
    const { store, events, head } = await logOf(
      ...Array.from({ length: 5_000 }, (_, index) => index * 7 + Math.floor(random.fraction() * 600)),
    );
    for (let round = 0; round < 200; round += 1) {
      const time = timeOf(Math.floor(random.fraction() * 36_000) - 500);
      store.reads = 0;
      const expected = events.findLast((event) => event.metadata.at <= time)?.position ?? BEGINNING;
      expect([SEED, time, await positionAt(store, time, head)]).toEqual([SEED, time, expected]);
      expect(store.reads).toBeLessThan(20);
    }
  });

  it('is a place at which the log passes that time, where a clock was set', async () => {
    const hours = (count: number, from: number) => Array.from({ length: 600 }, (_, index) => from * 3_600_000 + index * count);
    const { store, events, head } = await logOf(...hours(6_000, 10), ...hours(6_000, 2), ...hours(6_000, 40), ...hours(6_000, 11));
    for (let hour = 1; hour < 42; hour += 0.25) {
      const time = timeOf(hour * 3_600_000);
      const position = await positionAt(store, time, head);
      const index = events.findIndex((event) => event.position === position);
      if (index >= 0) expect(events[index]!.metadata.at <= time).toBe(true);
      if (position !== head) expect(events[index + 1]!.metadata.at > time).toBe(true);
    }
    expect(await positionAt(store, timeOf(13 * 3_600_000), head)).toBe(head);
  });
});

describe('the event at a position', () => {
  it('is the one there, or the last before it', async () => {
    const { store, events, head } = await logOf(0, 10, 10, 25, 30);
    for (let position = BEGINNING; position <= head; position += 1n)
      expect((await eventAt(store, position, head))?.id).toBe(events.findLast((event) => event.position <= position)?.id);
  });
});

describe('events by their ids', () => {
  it('are found wherever they stand, by the times in the ids; what is none is left out', async () => {
    const { store, events, head } = await logOfIds(3_000);
    const random = new SeededRandom('ids');
    for (let round = 0; round < 50; round += 1) {
      const event = events[Math.floor(random.fraction() * events.length)]!;
      store.reads = 0;
      expect((await eventsById(store, [event.id], head)).get(event.id)).toEqual(event);
      expect(store.reads).toBeLessThan(40);
    }
    const some = events.slice(500, 600).map(({ id }) => id);
    store.reads = 0;
    expect([...(await eventsById(store, [...some, ...some], head)).keys()].sort()).toEqual([...some].sort());
    expect(store.reads).toBeLessThan(100);
    const never = new Ids(clock, random).next();
    expect(await eventsById(store, ['request-1', '', never, '0199f2a1-7c3e-4b52-9d0e-3f6b2c8a41d7'], head)).toEqual(new Map());
  });

  /** A log of so many events, each with an id of its own time and some time between them. */
  async function logOfIds(count: number): Promise<{ store: CountingStore; events: RecordedEvent[]; head: bigint }> {
    const [ticking, random] = [new ManualClock(), new SeededRandom('ticks')];
    const ids = new Ids(ticking, random);
    const store = new CountingStore(ticking, ids);
    const at = ticking.timestamp();
    const metadata = { actor: 'ada', at, command: 'Do', commandId: 'c', correlationId: 'r', causationId: 'r' };
    for (let done = 0; done < count; done += 10) {
      await store.append(
        'stream',
        'any',
        Array.from({ length: 10 }, () => ({ id: ids.next(), type: 'Happened', data: {}, metadata })),
      );
      await ticking.advance(Math.floor(random.fraction() * 400));
    }
    return { store, events: await store.readAll({ after: BEGINNING, limit: count }), head: await store.head() };
  }
});
