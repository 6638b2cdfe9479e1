import { type AllStreamSubscription, EventStoreDBClient, excludeSystemEvents, END } from '@eventstore/db-client';
import { freshDatabase, type FreshDatabase } from '@slipway/adapters/postgres/fresh-database.fixture';
import { DoubleProcess } from '../doubles/eventstoredb/double-process.fixture';
import { eventually } from '../e2e/support/eventually';
import type { SlipwayCluster } from '../support/processes/slipway-cluster';
import { TcpProxy } from '../support/processes/tcp-proxy';
import { untilMisses, untilSays } from './readiness';
import { StoresUnderLoad } from './stores-under-load';

jest.setTimeout(120_000);

describe('EventStoreDB as its double behaves, under two of each process and a steady load', () => {
  const double = new DoubleProcess();
  let database: FreshDatabase;
  let way: TcpProxy;
  let under: StoresUnderLoad;
  let cluster: SlipwayCluster;

  beforeAll(async () => {
    await double.start();
    database = await freshDatabase();
    way = await TcpProxy.to(double.url);
    const urls = { EVENT_STORE_URL: way.through(double.url), READ_STORE_URL: database.url };
    under = new StoresUnderLoad(urls, { eventStoreUrl: double.url, readStoreUrl: database.url });
    cluster = under.cluster;
    await cluster.prepare();
  });
  afterAll(async () => {
    await under.dispose();
    await way.close();
    await double.dispose();
    await database.drop();
  });

  it('is waited for at the start: processors and APIs say so, and are ready later', async () => {
    await way.refuse();
    await Promise.all(cluster.members.map((member) => member.begin()));
    for (const member of [...cluster.apis, ...cluster.processors]) await untilMisses(member, 'event store', /unavailable/i);
    for (const processor of cluster.processors) await untilSays(processor, /is retrying.*the event store at .* is unavailable/);
    await way.pass();
    await cluster.ready();
    await under.prepare();
  });

  it('is killed with -9 and started again on its data', async () => {
    const said = await under.survives(async () => {
      await double.kill();
      for (const api of cluster.apis) await untilMisses(api, 'event store', /unavailable/i);
      await double.start();
    });
    expect(said).toMatch(/the event store at .* is unavailable/);
  });

  it('is cut off, and reached again', async () => {
    await under.survives(async () => {
      await way.refuse();
      for (const api of cluster.apis) await untilMisses(api, 'event store', /unavailable/i);
      await way.pass();
      await under.load.goesOn(2);
      way.reset();
    });
  });

  it('falls silent for longer than anybody waits, and speaks again', async () => {
    const said = await under.survives(async () => {
      const news = under.listen();
      await double.order('fall-silent');
      try {
        for (const api of cluster.apis) await untilMisses(api, 'event store', /did not answer within 2 s/);
        const gaveUp = (text: string) => /the event store at .* is unavailable: no answer within 10 s/.test(text);
        await eventually('whoever asked gives up', news, gaveUp, 60);
      } finally {
        await double.order('speak');
      }
    });
    // Whoever had work in hand: a consumer of messages, or a reactor.
    expect(said).toMatch(/a message is tried again|is retrying/);
  });

  it('freezes with its connections, and thaws', async () => {
    await under.survives(async () => {
      double.freeze();
      try {
        for (const api of cluster.apis) await untilMisses(api, 'event store', /did not answer within 2 s/);
      } finally {
        double.thaw();
      }
    });
  });

  it('stores appends and loses the answers: whoever asks again with the same key finds them done, once', async () => {
    await under.survives(async () => {
      await double.order('lose-answers', 3);
      await under.load.goesOn(2);
      await double.order('lose-answers', 3, 'timeout');
      await under.load.goesOn(2);
    });
  });

  it('has another leader, or is not ready, for a while', async () => {
    await under.survives(async () => {
      await double.order('lead-elsewhere', 3, '127.0.0.1', way.port);
      await under.load.goesOn(2);
      await double.order('be-unready', 5);
      await under.load.goesOn(2);
    });
  });

  it('drops subscriptions that cannot follow a burst', async () => {
    const witness = EventStoreDBClient.connectionString(double.url);
    const dropped = new Promise<Error>((resolve) => follower(witness).on('error', resolve));
    await under.survives(async () => {
      await double.order('slow-subscriptions', 100);
      const burst = Array.from({ length: 60 }, (_, number) => under.load.command('POST', '/environments', { slug: `burst-${number}` }));
      await Promise.all(burst);
      expect(await dropped).toMatchObject({ message: expect.stringContaining('too slow') as string });
      await double.order('slow-subscriptions', 0);
    });
    await witness.dispose();
  });

  it('cuts every call, again and again', async () => {
    await under.survives(async () => {
      for (let time = 0; time < 5; time += 1) {
        await double.order('cut-calls');
        await under.load.goesOn(1);
      }
    });
  });
});

/** Somebody else who follows the log, as the processors do. */
function follower(client: EventStoreDBClient): AllStreamSubscription {
  const following = client.subscribeToAll({ fromPosition: END, filter: excludeSystemEvents() });
  following.on('data', () => undefined);
  return following;
}
