import { randomUUID } from 'node:crypto';
import { TOPICS } from '@slipway/kernel';
import type { Consumer, Kafka, Producer } from 'kafkajs';
import { SlipwayCluster } from '../test/support/processes/slipway-cluster';
import type { Run } from './run';

const COMMANDS = 2_000;
const TOPIC = 'bench';

interface Heard {
  readonly consumer: Consumer;
  /** Resolves with when (monotonic, ms) so many messages more had been heard. */
  until(count: number): Promise<number>;
}

/**
 * Commands in and events out of a cluster on PostgreSQL and Kafka: an API takes each, stores it and replies, the relay publishes its event. Beside it an echo
 * of bare kafkajs, which takes the same bytes and replies, and stores nothing.
 */
export async function throughSlipway(run: Run, bare: Kafka): Promise<void> {
  if (!process.env['POSTGRES_TEST_URL']) return run.say('commands in, events out: needs POSTGRES_TEST_URL too');
  const cluster = new SlipwayCluster();
  await cluster.start().catch((error: unknown) => cluster.dispose().then(() => Promise.reject(error as Error)));
  const prefix = new URL(cluster.busUrl).searchParams.get('prefix')!;
  const producer = bare.producer();
  await producer.connect();
  const consumers: Consumer[] = [];
  const heard = async (topic: string): Promise<Heard> => {
    const counted = await counting(bare, topic);
    consumers.push(counted.consumer);
    return counted;
  };
  const echo = `${prefix}${TOPIC}`;
  try {
    await prepareEcho(bare, echo);
    const [replies, events, echoes] = [
      await heard(prefix + TOPICS.replies),
      await heard(prefix + TOPICS.events),
      await heard(`${echo}.replies`),
    ];
    consumers.push(await echoing(bare, producer, echo));
    const send = async (topic: string, count = COMMANDS): Promise<number> => {
      const begun = performance.now();
      for (let sent = 0; sent < count; sent += 100)
        await producer.send({ topic, acks: -1, messages: commands(Math.min(100, count - sent)) });
      return begun;
    };
    await Promise.all([events.until(1), replies.until(1), send(prefix + TOPICS.commands, 1)]);
    let eventsOut = 0;
    await run.compare(
      { what: `commands in, from the first sent to the last reply (${COMMANDS})`, unit: 'commands/s' },
      {
        ours: async () => {
          const [replied, out] = [replies.until(COMMANDS), events.until(COMMANDS)];
          const begun = await send(prefix + TOPICS.commands);
          const took = (await replied) - begun;
          eventsOut = (COMMANDS * 1_000) / ((await out) - begun);
          return (COMMANDS * 1_000) / took;
        },
        reference: async () => {
          const done = echoes.until(COMMANDS);
          const begun = await send(echo);
          return (COMMANDS * 1_000) / ((await done) - begun);
        },
      },
    );
    run.tell('events out, from the first command sent to the last event (last round)', 'events/s', eventsOut);
  } finally {
    await Promise.all([...consumers.map((consumer) => consumer.disconnect()), producer.disconnect()]);
    await cluster.dispose();
    await forget(bare, prefix);
  }
}

async function prepareEcho(bare: Kafka, topic: string): Promise<void> {
  const admin = bare.admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: [topic, `${topic}.replies`].map((name) => ({ topic: name, numPartitions: 4 })),
  });
  await admin.disconnect();
}

function commands(count: number) {
  return Array.from({ length: count }, () => {
    const slug = `e${randomUUID().slice(0, 23)}`;
    const headers = { command: 'CreateEnvironment', 'correlation-id': slug };
    return { key: slug, value: JSON.stringify({ slug, name: 'Measured', order: 1 }), headers };
  });
}

async function counting(bare: Kafka, topic: string): Promise<Heard> {
  const consumer = bare.consumer({ groupId: randomUUID() });
  let [seen, wanted] = [0, Infinity];
  let finish: (at: number) => void = () => undefined;
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async () => {
      if ((seen += 1) >= wanted) finish(performance.now());
    },
  });
  const until = (count: number) => {
    wanted = seen + count;
    return new Promise<number>((resolve) => (finish = resolve));
  };
  return { consumer, until };
}

async function echoing(bare: Kafka, producer: Producer, topic: string): Promise<Consumer> {
  const consumer = bare.consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      const messages = batch.messages.map(({ key, value }) => ({ key, value }));
      await producer.send({ topic: `${topic}.replies`, acks: -1, messages });
    },
  });
  return consumer;
}

/** Takes away the topics of a run. */
export async function forget(bare: Kafka, prefix: string): Promise<void> {
  const admin = bare.admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
  await admin.deleteTopics({ topics }).catch(() => undefined);
  await admin.disconnect();
}
