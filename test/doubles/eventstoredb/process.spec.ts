import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { afterRestart, all, event, events, failureOf } from './double.fixture';
import { DoubleProcess } from './double-process.fixture';

describe('the double of EventStoreDB as a process', () => {
  const double = new DoubleProcess();
  let client: EventStoreDBClient;
  beforeAll(async () => {
    client = EventStoreDBClient.connectionString((await double.start()).url);
  });
  afterAll(async () => {
    await client.dispose();
    await double.dispose();
  });

  it('has what it acknowledged after a kill: events, deletions and ages', async () => {
    await client.appendToStream('s', events(3));
    await client.appendToStream('gone', events(3));
    await client.deleteStream('gone');
    await client.appendToStream('gone', events(1));
    await client.setStreamMetadata('s', { truncateBefore: 1 });
    const before = await all(client.readAll());
    await double.kill();
    await double.start();
    expect(await afterRestart(() => all(client.readAll()))).toEqual(before);
    expect((await all(client.readStream('s'))).map(({ event }) => event?.revision)).toEqual([1n, 2n]);
    expect((await all(client.readStream('gone'))).map(({ event }) => event?.revision)).toEqual([3n]);
  });

  it('does wrong when it is told to', async () => {
    await double.order('lose-answers', 1);
    const unanswered = event();
    await failureOf(client.appendToStream('told', unanswered));
    expect((await all(client.readStream('told'))).map(({ event }) => event?.id)).toEqual([unanswered.id]);
    await double.order('fall-silent');
    const asked = all(client.readStream('told'));
    await double.order('speak');
    expect(await asked).toHaveLength(1);
  });

  it('frozen, is given up after 17 s by a client that listens for a sign of life; the same again is stored once', async () => {
    const one = event();
    double.freeze();
    const since = performance.now();
    const given = await failureOf(client.appendToStream('frozen', one, { expectedRevision: NO_STREAM }));
    double.thaw();
    expect(given).toMatchObject({ code: 14 });
    expect((performance.now() - since) / 1_000).toBeGreaterThan(10);
    const again = () => client.appendToStream('frozen', one, { expectedRevision: NO_STREAM });
    expect(await afterRestart(again)).toMatchObject({ nextExpectedRevision: 0n });
    expect(await all(client.readStream('frozen'))).toHaveLength(1);
  });
});
