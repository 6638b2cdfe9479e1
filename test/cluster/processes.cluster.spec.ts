import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { eventually } from '../e2e/support/eventually';
import { SlipwayClient } from '../e2e/support/slipway-client';
import { story } from '../e2e/support/with-slipway';
import { EventStream } from '../support/event-stream';
import type { Program } from '../support/processes/program';
import { SlipwayTopics } from '../services/release-train/slipway-topics';
import { BusyCluster } from './busy-cluster';

const LEASE_MS = 10_000;
const PATIENCE_SECONDS = 60;

const SLOW = `
  CREATE FUNCTION slipway_read.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;
  CREATE TRIGGER slow AFTER INSERT OR UPDATE ON slipway_read.checkpoints FOR EACH STATEMENT EXECUTE FUNCTION slipway_read.slow()`;
/** Whoever keeps something at this moment. */
const KEEPING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";

jest.setTimeout(420_000);

describe('processes that come, go, pause and die, two of each kind, under load', () => {
  const busy = new BusyCluster();
  const { cluster } = busy;
  const tell = story(() => cluster);

  beforeAll(() => busy.start());
  afterAll(() => busy.dispose());

  /** How many subscriptions there are, each with an owner. */
  const known = () => busy.owners.shares.reduce((sum, count) => sum + count, 0);

  /** Every subscription belongs to one of two living processors. */
  const allShared = async (count: number) => {
    const isShared = (shares: readonly number[]) => shares.length === 2 && !shares.includes(0) && shares[0]! + shares[1]! === count;
    await eventually('two processors share all subscriptions', () => busy.owners.shares, isShared, PATIENCE_SECONDS);
  };

  tell('share the work: subscriptions, attempts, and commands from Kafka', async () => {
    const { owners, load } = busy;
    const [one = [], two = []] = owners.present.map((holder) => owners.of(holder));
    expect(one.length).toBeGreaterThan(3);
    expect(two.length).toBeGreaterThan(3);
    expect(one.filter((name) => two.includes(name))).toEqual([]);

    const created = () =>
      Promise.all(
        cluster.apis.map(async (api) => {
          const command = { command: 'CreateEnvironment' };
          return (await busy.metrics(api)).value('slipway_command_duration_seconds_count', command) ?? 0;
        }),
      );
    const before = await created();
    const { host, searchParams } = new URL(cluster.busUrl);
    const service = await SlipwayTopics.connect({ brokers: [host], prefix: searchParams.get('prefix') ?? '' });
    const asked = Array.from({ length: 16 }, (_, number) =>
      service.ask('CreateEnvironment', { slug: `over-kafka-${number}` }, { key: `${number}` }),
    );
    expect((await Promise.all(asked)).filter(({ status }) => status !== 'accepted')).toEqual([]);
    await service.disconnect();
    const after = await created();
    expect(after.map((count, api) => count - before[api]!).filter((count) => count > 0)).toHaveLength(2);

    load.begin();
    await load.goesOn(12);
    await busy.expectAllWell();
    const workers = (await cluster.storedEvents())
      .filter(({ type }) => type === 'StepStarted')
      .map(({ data }) => (JSON.parse(data) as { worker: string }).worker);
    expect(new Set(workers).size).toBe(2);
  });

  tell('show what one API accepted in the other: queries, commands that need a list, events and logs to follow', async () => {
    const [one, two] = cluster.apis.map((api) => new SlipwayClient(() => api.address)) as [SlipwayClient, SlipwayClient];
    busy.load.begin();
    for (let turn = 0; turn < 3; turn += 1) {
      const slug = `seen-${turn}`;
      const project = await one.does('POST', '/projects', { slug });
      const seen = `atLeast=${project.position}`;
      expect((await two.send<{ slug: string }>('GET', `/projects/${slug}?${seen}`)).body).toMatchObject({ slug });
      expect(JSON.stringify((await two.send('GET', `/projects?limit=200&${seen}`)).body)).toContain(`"${slug}"`);
      await two.does('PUT', `/projects/${slug}/process`, {
        steps: [{ name: 'Say', type: 'script', input: { run: 'echo one; echo two' } }],
      });
      // Which version comes next, a list of releases tells.
      const first = await one.does<{ version: string }>('POST', `/projects/${slug}/releases`, {});
      const second = await two.does<{ version: string }>('POST', `/projects/${slug}/releases`, {});
      expect(second.body.version).not.toBe(first.body.version);

      const stream = await EventStream.open(`${cluster.apis[1]!.address}/api/v1/events?from=${project.position}&project=${slug}`);
      const path = `/projects/${slug}/releases/${first.body.version}/deployments`;
      const { body, position } = await one.does<{ id: string }>('POST', path, { environment: 'development' });
      const log = await EventStream.open(`${cluster.apis[1]!.address}/api/v1/deployments/${body.id}/log?follow=true&atLeast=${position}`);
      const said = await log.over();
      expect(said.map(({ data }) => (data as { text?: string }).text ?? '').join('')).toContain('one\ntwo');
      const concluded = () => stream.messages.map(({ event }) => event);
      await eventually('the end in the other API', concluded, (events) => events.includes('DeploymentSucceeded'));
      expect(concluded().slice(0, 1)).toEqual(['ProjectCreated']);
      stream.close();
    }
    await busy.expectAllWell();
  });

  tell('lose nothing when a processor sleeps for longer than its lease, and wakes', async () => {
    const { owners, load } = busy;
    const all = known();
    load.begin();
    await load.goesOn(4);
    const asleep = await busy.runnerOf(/^relay-events$/);
    const holder = owners.holderOf('relay-events')!;
    const own = owners.of(holder);
    asleep.send('SIGSTOP');
    const slept = performance.now();
    try {
      const isAlone = (shares: readonly number[]) => shares.length === 1 && shares[0] === all;
      await eventually('the other has everything', () => owners.shares, isAlone, PATIENCE_SECONDS);
      await load.goesOn(6);
      await pause(Math.max(0, LEASE_MS + 2_000 - (performance.now() - slept)));
    } finally {
      asleep.send('SIGCONT');
    }
    await allShared(all);
    expect(owners.of(holder)).toEqual(own);
    await load.goesOn(4);
    await busy.expectAllWell();
  });

  tell('refuse nobody for good while each of them is restarted, one after the other', async () => {
    const { load } = busy;
    const all = known();
    load.begin();
    for (const member of cluster.members) {
      expect(await member.stop()).toMatchObject({ code: 0 });
      await member.start();
      await cluster.ready();
      await allShared(all);
      await load.goesOn(1);
    }
    await busy.expectAllWell();
    const failed = (await cluster.storedEvents()).filter(({ type }) => type === 'StepLost' || type === 'DeploymentFailed');
    expect(failed).toEqual([]);
  });

  tell('refuse nobody for good while they are killed, one of each kind at a time', async () => {
    const { load } = busy;
    const all = known();
    load.begin();
    for (const turn of [0, 1]) {
      const members = [cluster.apis, cluster.processors, cluster.workers].map((kind) => kind[turn]!);
      await Promise.all(members.map((member) => member.kill()));
      await Promise.all(members.map((member) => member.start()));
      await allShared(all);
      await cluster.ready();
      await load.goesOn(4);
    }
    await busy.expectAllWell();
  });

  tell('build the read models anew when the one that was at it is killed in the middle', async () => {
    const { load } = busy;
    const all = known();
    await Promise.all(cluster.processors.map((processor) => processor.stop()));
    for (const { address } of cluster.apis) {
      const answer = await fetch(`${address}/health/ready`);
      expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('no processor runs')]);
    }
    await Promise.all(cluster.apis.map((api) => api.stop()));
    const database = new Client({ connectionString: cluster.databaseUrl });
    await database.connect();
    let builder: Program | undefined;
    try {
      await database.query('DROP SCHEMA slipway_read CASCADE');
      await Promise.all(cluster.apis.map((api) => api.start()));
      // A slow disk: rows and checkpoints take a while to be kept.
      await database.query(SLOW);
      await Promise.all(cluster.processors.map((processor) => processor.begin()));
      const inTheMiddle = async () => {
        const { rowCount } = await database.query(KEEPING);
        return rowCount ? busy.runnerOf(/^deployments@/).catch(() => undefined) : undefined;
      };
      builder = await eventually('a read model is being built', inTheMiddle, (found) => found !== undefined, PATIENCE_SECONDS);
      await builder!.kill();
      await database.query('DROP FUNCTION slipway_read.slow CASCADE');
    } finally {
      await database.end();
    }
    const other = cluster.processors.find((processor) => processor !== builder)!;
    await cluster.ready();
    expect(await busy.runs(other)).toHaveLength(all);
    await builder!.start();
    await allShared(all);
    load.begin();
    await load.goesOn(4);
    await busy.expectAllWell();
  });
});
