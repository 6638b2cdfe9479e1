import { Ids, type RecordedEvent, silentLog } from '@slipway/kernel';
import { eventually, testMeta } from '@slipway/kernel/testing';
import { Client, type QueryConfig } from 'pg';
import { freshDatabase, type FreshDatabase } from '../../postgres/fresh-database.fixture';
import { SystemClock } from '../../runtime/system-clock';
import { SystemRandom } from '../../runtime/system-random';
import { PostgresEventStore } from './postgres-event-store';

const [clock, random] = [new SystemClock(), new SystemRandom()];
const ids = new Ids(clock, random);

describe('the tail of the log', () => {
  // The driver counts what it is asked to read of the log.
  const query = Object.getOwnPropertyDescriptor(Client.prototype, 'query')!;
  let reads = 0;
  const ending = new AbortController();
  let database: FreshDatabase;
  let stores: PostgresEventStore[];
  let seen: RecordedEvent[];

  beforeAll(async () => {
    const ask = query.value as (...asked: unknown[]) => unknown;
    const counting = function (this: Client, ...asked: unknown[]): unknown {
      if ((asked[0] as QueryConfig).name === 'range') reads += 1;
      return ask.apply(this, asked);
    };
    Object.defineProperty(Client.prototype, 'query', { ...query, value: counting });
    database = await freshDatabase();
    stores = [0, 1].map(() => new PostgresEventStore({ url: database.url, clock, ids, random, log: silentLog }));
    seen = [];
    void follow(stores[0]!);
  });
  afterAll(async () => {
    ending.abort();
    await Promise.all(stores.map((store) => store.close()));
    await database.drop();
    Object.defineProperty(Client.prototype, 'query', query);
  });

  async function follow(store: PostgresEventStore): Promise<void> {
    for await (const { events } of store.subscribe({ after: 0n, signal: ending.signal })) seen.push(...events);
  }
  const append = (store: PostgresEventStore, stream: string) =>
    store.append(stream, 'any', [
      { id: ids.next(), type: 'Noted', data: {}, metadata: { ...testMeta(), at: clock.timestamp(), command: 'Note' } },
    ]);
  const sees = (count: number) => eventually(() => seen.length === count, `${count} events`);

  it('is not asked of the server for what the process writes itself', async () => {
    await append(stores[0]!, 'first');
    await sees(1);
    reads = 0;
    for (let number = 2; number <= 50; number += 1) {
      await append(stores[0]!, `own-${number}`);
      await sees(number);
    }
    expect(reads).toBe(0);
  });

  it('holds what all processes write, in order', async () => {
    const before = seen.length;
    const writing = stores.flatMap((store, process) =>
      Array.from({ length: 100 }, (_, number) => append(store, `both-${process}-${number}`)),
    );
    const appended = await Promise.all(writing);
    await sees(before + appended.length);
    expect(reads).toBeGreaterThan(0);
    const positions = seen.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((one, other) => Number(one - other)));
    expect(new Set(positions).size).toBe(seen.length);
  });
});
