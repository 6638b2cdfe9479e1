import { OwnServer } from '@slipway/adapters/postgres/own-server.fixture';
import { Client } from 'pg';
import { eventually } from '../e2e/support/eventually';
import type { SlipwayCluster } from '../support/processes/slipway-cluster';
import { TcpProxy } from '../support/processes/tcp-proxy';
import { untilMisses, untilReady, untilSays } from './readiness';
import { StoresUnderLoad } from './stores-under-load';

jest.setTimeout(120_000);

const GONE = /is retrying.*failed: (Connection terminated|connect ECONNREFUSED|terminating connection|the database system is)/;

describe('PostgreSQL, under two of each process and a steady load', () => {
  let server: OwnServer;
  /** On the ways to the log and to the read models. */
  let [log, rows]: TcpProxy[] = [];
  let under: StoresUnderLoad;
  let cluster: SlipwayCluster;

  beforeAll(async () => {
    server = await OwnServer.started({ connections: 200 });
    [log, rows] = [await TcpProxy.to(server.url), await TcpProxy.to(server.url)];
    const urls = { EVENT_STORE_URL: log.through(server.url), READ_STORE_URL: rows.through(server.url) };
    under = new StoresUnderLoad(urls, { eventStoreUrl: server.url, readStoreUrl: server.url });
    cluster = under.cluster;
    await cluster.prepare();
  });
  afterAll(async () => {
    await under.dispose();
    await Promise.all([log!.close(), rows!.close()]);
    await server.remove();
  });

  it('is waited for at the start, the log as the read models: every process says for what, takes no commands, and is ready later', async () => {
    await Promise.all([log!.refuse(), rows!.refuse()]);
    await Promise.all(cluster.members.map((member) => member.begin()));
    const { apis, processors, workers } = cluster;
    for (const member of [...apis, ...processors]) {
      for (const part of ['event store', 'read store']) await untilMisses(member, part, /ECONNREFUSED/);
      await untilSays(member, /waiting for the read store.*ECONNREFUSED/);
    }
    for (const worker of workers) await untilReady(worker);
    const answer = await fetch(`${cluster.address}/api/v1/environments`, { method: 'POST', body: '{}' });
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'process.starting' }]);
    await rows!.pass();
    for (const processor of processors) await untilSays(processor, /is retrying.*the event store at .* ECONNREFUSED/);
    for (const api of apis) await untilMisses(api, 'event store', /ECONNREFUSED/);
    await log!.pass();
    await cluster.ready();
    await under.prepare();
  });

  it('is killed with -9 and started again', async () => {
    const said = await under.survives(async () => {
      await server.kill();
      for (const api of cluster.apis) await untilMisses(api, 'event store', /ECONNREFUSED|terminat|closed/);
      await server.restart();
    });
    expect(said).toMatch(GONE);
  });

  it('is stopped in order and started again', async () => {
    const said = await under.survives(async () => {
      await server.stop();
      for (const api of cluster.apis) await untilMisses(api, 'read store', /ECONNREFUSED|terminat/);
      await server.restart();
    });
    expect(said).toMatch(GONE);
  });

  it('has all its connections ended by an operator, three times', async () => {
    await under.survives(async () => {
      const operator = new Client({ connectionString: server.url });
      await operator.connect();
      const all = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL';
      for (let time = 0; time < 3; time += 1) {
        await under.load.goesOn(4);
        expect((await operator.query(all)).rowCount).toBeGreaterThan(4);
      }
      await operator.end();
    });
  });

  it('is behind a network that breaks connections, again and again', async () => {
    await under.survives(async () => {
      for (const way of [log!, rows!, log!, rows!]) {
        way.reset();
        await under.load.goesOn(2);
      }
    });
  });

  it('is behind a network that lets nothing through, until every lease has run out', async () => {
    const said = await under.survives(async () => {
      const news = under.listen();
      log!.stall();
      rows!.stall();
      const letGo = () => news().match(/this process lets go of its subscriptions: their leases ran out/g) ?? [];
      await eventually('both processors let go', letGo, ({ length }) => length === 2, 40);
      await Promise.all([log!.pass(), rows!.pass()]);
    });
    expect(said).toMatch(/the leases of the subscriptions are there again/);
  });

  it('is behind a slow network', async () => {
    await under.survives(async () => {
      log!.slow(20);
      rows!.slow(20);
      await under.load.goesOn(6);
      await Promise.all([log!.pass(), rows!.pass()]);
    });
  });

  it('takes what needs no rows while only the read models are away; what it could not answer is there once', async () => {
    const { load } = under;
    await rows!.refuse();
    await load.command('POST', '/environments', { slug: 'later' });
    const asked = load.command<{ version: string }>('POST', '/projects/load-0/releases', { version: '2.0.0' });
    const why = () => [...load.retries.keys()];
    await eventually('the release is not shown', why, (reasons) => reasons.includes('503 read-store.unavailable'));
    await rows!.pass();
    expect(await asked).toMatchObject({ version: '2.0.0' });
    await cluster.ready();
    await under.leavesNothing();
  });
});
