import { setTimeout as pause } from 'node:timers/promises';
import { SEED, SeededRandom } from '@slipway/kernel/testing';
import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '../e2e/support/eventually';
import { story } from '../e2e/support/with-slipway';
import { BrokerCluster } from './broker-cluster';
import { foreignCommands, ForeignSender } from './foreign-commands';
import { LongSteps } from './long-steps';
import { ProgressEcho } from './progress-echo';
import { untilMisses } from './readiness';

/** Deployments before and after the bad luck, while more are under way. */
const SOME = 4;
const PATIENCE_SECONDS = 90;
/** After so long a silence a member's partitions go to others. */
const SESSION_MS = 10_000;
/** Of a topic whose messages are shared out. */
const PARTITIONS = 4;

jest.setTimeout(300_000);

describe('Kafka with bad luck, under a steady load', () => {
  const on = new BrokerCluster();
  const tell = story(() => on.cluster);

  beforeAll(() => on.prepare());
  afterAll(() => on.dispose());

  const under = (title: string, badLuck: () => Promise<void>, ...words: readonly RegExp[]) =>
    tell(title, async () => {
      const printed = on.printing();
      on.load.begin();
      await on.load.goesOn(SOME);
      await badLuck();
      await on.everyoneReady();
      await on.load.goesOn(SOME);
      await on.expectAllWell();
      for (const each of words) expect(printed()).toMatch(each);
    });

  tell('is waited for at the start: every process says so and is ready later', async () => {
    const { broker, cluster } = on;
    await Promise.all(cluster.members.map((member) => member.begin()));
    for (const member of cluster.members) {
      await untilMisses(member, 'message bus', /^Kafka at 127\.0\.0\.1:\d+ did not say which topics it has: /);
      expect(member.output).toMatch(/waiting for the message bus.*Kafka at 127\.0\.0\.1:\d+ did not/);
    }
    await broker.start();
    await on.everyoneReady();
    for (const { output } of cluster.members) expect(output).toContain('the message bus is there');
    await on.prepareLoad();
  });

  under(
    'is killed with -9 and started again',
    async () => {
      const { broker, cluster } = on;
      await broker.kill();
      for (const member of cluster.members) await untilMisses(member, 'message bus', /^Kafka at 127\.0\.0\.1:\d+ did not/);
      await broker.start();
    },
    /a consumer has no place in its group and tries to take it.*Kafka at 127\.0\.0\.1:\d+ did not/,
    /a consumer has its place in its group/,
  );

  under('is behind a network that breaks connections, again and again', async () => {
    for (let time = 0; time < 3; time += 1) {
      on.network.reset();
      await on.load.goesOn(1);
      on.way.reset();
      await on.load.goesOn(1);
    }
  });

  under('is behind a slow network', async () => {
    on.network.slow(20);
    on.way.slow(20);
    await on.load.goesOn(SOME);
    await Promise.all([on.network.pass(), on.way.pass()]);
  });

  under('is behind a network that lets nothing through, until consumers are believed dead', async () => {
    on.network.stall();
    on.way.stall();
    for (const member of on.running) await untilMisses(member, 'message bus', /^Kafka at 127\.0\.0\.1:\d+ did not/);
    await pause(SESSION_MS);
    await Promise.all([on.network.pass(), on.way.pass()]);
  });

  under('is behind a network that takes no connections', async () => {
    await Promise.all([on.network.refuse(), on.way.refuse()]);
    for (const member of on.running) await untilMisses(member, 'message bus', /^Kafka at 127\.0\.0\.1:\d+ did not/);
    await Promise.all([on.network.pass(), on.way.pass()]);
  });

  under('shares partitions out again, as a processor comes and goes', async () => {
    const { cluster, load } = on;
    const third = cluster.add('processor', cluster.processors);
    await third.start();
    await on.everyoneReady();
    await load.goesOn(SOME);
    expect((await third.stop()).code).toBe(0);
  });

  under(`brings what workers say several times and out of order (seed ${SEED})`, async () => {
    const echo = await ProgressEcho.start(on.broker.url, new SeededRandom(SEED));
    await eventually(
      'much was said again',
      () => echo.said,
      (said) => said > 200,
      PATIENCE_SECONDS,
    );
    await on.load.goesOn(SOME);
    await echo.stop();
  });

  under(
    'brings commands that are none: each is answered and set aside, and stops nothing',
    async () => {
      const { broker, load } = on;
      const sender = await ForeignSender.connect(broker.url);
      const sent = await sender.send(foreignCommands, PARTITIONS);
      await load.goesOn(SOME);
      for (const { correlation, code } of sent) expect((await sender.reply(correlation)).problem?.code).toBe(code);
      await sender.leave();
      const letters = async () => {
        const answer = await fetch(`${on.cluster.address}/api/v1/dead-letters?group=slipway-commands&limit=200`);
        return ((await answer.json()) as { items: { reason: string; headers: Record<string, string> }[] }).items;
      };
      const kept = await eventually('all are kept', letters, ({ length }) => length >= sent.length, PATIENCE_SECONDS);
      const reasons = new Map(kept.map(({ reason, headers }) => [headers['correlation-id'], reason]));
      for (const { correlation, code } of sent) expect(reasons.get(correlation)).toContain(code);
    },
    /a message went to the dead letters/,
  );

  under('loses topics, which somebody makes again', async () => {
    const admin = new Kafka({ brokers: [new URL(on.broker.url).host], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const topics = ['slipway.progress', 'slipway.tasks.default'];
    await admin.deleteTopics({ topics });
    for (const member of on.running) await untilMisses(member, 'message bus', /the topic slipway\.\S+ vanished .*: create it again/);
    await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS })) });
    await admin.disconnect();
  });

  tell('a worker is killed with -9 in a step: the step dies with it, the attempt is lost once, and is tried again', async () => {
    const steps = new LongSteps(on, 'killed');
    on.load.begin();
    const [victim] = on.cluster.workers as [(typeof on.cluster.workers)[number]];
    const hit = await steps.hit(victim);
    await victim.kill();
    await steps.untilLost(hit);
    steps.open();
    await steps.untilSucceeded();
    await victim.start();
    await on.load.goesOn(SOME);
    await on.expectAllWell();
    await steps.expectOnceAtATime(hit);
  });

  tell(
    'a worker is cut off for longer than a lease: it ends its step, the attempt is lost once, and is tried again elsewhere',
    async () => {
      const steps = new LongSteps(on, 'cut-off');
      const printed = on.printing();
      on.load.begin();
      const hit = await steps.hit(on.apart);
      on.way.stall();
      await steps.untilLost(hit);
      steps.open();
      await steps.untilSucceeded();
      await on.way.pass();
      await on.everyoneReady();
      await on.load.goesOn(SOME);
      await on.expectAllWell();
      await steps.expectOnceAtATime(hit);
      expect(printed()).toMatch(/a step is ended, and what it did is unknown: this worker was cut off from the message bus/);
      expect(printed()).toMatch(/an attempt is lost: its worker was silent for more than a lease/);
    },
  );
});
