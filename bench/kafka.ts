import { randomUUID } from 'node:crypto';
import { KafkaMessageBus } from '@slipway/adapters/message-bus/kafka/kafka-message-bus';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { type Message, type MessageBus, silentLog } from '@slipway/kernel';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { forget, throughSlipway } from './kafka-slipway';
import { quantile, type Run } from './run';
import { sampleEvent } from './sample-events';
import { rate } from './timed';

const GOAL = 0.7;
const PARTITIONS = 4;
const MESSAGES = 20_000;
const CONSUMED = 60_000;
const A_CALL = 100;
const PINGS = 200;

/** The bus against bare kafkajs: the same bytes, the same broker, in the same run; then commands in and events out. */
export async function kafka(run: Run): Promise<void> {
  const url = process.env['KAFKA_TEST_URL'];
  if (!url) return run.say('needs KAFKA_TEST_URL: npm run servers:up says what to set');
  const prefix = `bench-${randomUUID().slice(0, 8)}.`;
  const on = { clock: new SystemClock(), random: new SystemRandom(), log: silentLog };
  const bus = new KafkaMessageBus({ url: `${url}/?prefix=${prefix}`, ...on });
  const bare = new Kafka({ brokers: [new URL(url).host], logLevel: logLevel.NOTHING });
  const producer = bare.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  const topics = ['published', 'bare', 'consumed', 'pinged', 'bare-pinged'];
  await bus.ensureTopics(topics.map((name) => ({ name, partitions: PARTITIONS })));
  try {
    await publishing(run, bus, { producer, topic: `${prefix}bare` });
    await consuming(run, bus, { bare, topic: `${prefix}consumed` });
    await pinging(run, bus, { bare, producer, topic: `${prefix}bare-pinged` });
  } finally {
    await Promise.all([bus.close(), producer.disconnect()]);
    await forget(bare, prefix);
  }
  await throughSlipway(run, bare);
}

function messages(topic: string, count: number): Message[] {
  return Array.from({ length: count }, () => {
    const { id, type, data, metadata } = sampleEvent();
    return { topic, key: id, value: JSON.stringify(data), headers: { type, traceparent: metadata.correlationId, id } };
  });
}

async function publishing(run: Run, bus: MessageBus, { producer, topic }: { producer: Producer; topic: string }): Promise<void> {
  for (const [each, inFlight, count] of [
    [A_CALL, 1, MESSAGES],
    [1, 1, 3_000],
    [1, 256, MESSAGES],
  ] as const)
    await run.compare(
      { what: `publish, ${each} in a call, ${inFlight} calls in flight`, unit: 'messages/s', goal: GOAL },
      {
        ours: async () => (await rate(count / each, inFlight, () => bus.publish(messages('published', each)))) * each,
        reference: async () =>
          (await rate(count / each, inFlight, () => producer.send({ topic, acks: -1, messages: messages('', each) }))) * each,
      },
    );
}

/** From the first message to the last: what joining a group takes is not counted. */
async function consuming(run: Run, bus: MessageBus, { bare, topic }: { bare: Kafka; topic: string }): Promise<void> {
  for (let sent = 0; sent < CONSUMED; sent += 1_000) await bus.publish(messages('consumed', 1_000));
  const counted = () => {
    let [seen, begun] = [0, 0];
    let finish: (rate: number) => void = () => undefined;
    const rateOf = new Promise<number>((resolve) => (finish = resolve));
    const count = (_message: Pick<Message, 'key' | 'value' | 'headers'>) => {
      if (seen === 0) begun = performance.now();
      if ((seen += 1) === CONSUMED) finish((CONSUMED * 1_000) / (performance.now() - begun));
    };
    return { count, rateOf };
  };
  const ours = async (): Promise<number> => {
    const { count, rateOf } = counted();
    const consumer = bus.consume({ group: randomUUID(), topics: ['consumed'], handle: async (delivery) => count(delivery) });
    const found = await rateOf;
    await consumer.stop();
    return found;
  };
  const reference = async (): Promise<number> => {
    const { count, rateOf } = counted();
    const consumer = bare.consumer({ groupId: randomUUID() });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    // Text out of bytes, as whoever uses a message needs it.
    await consumer.run({
      eachMessage: async ({ message: { key, value, headers = {} } }) => {
        const texts = Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, String(header)]));
        count({ key: String(key), value: String(value), headers: texts });
      },
    });
    const found = await rateOf;
    await consumer.disconnect();
    return found;
  };
  await run.compare({ what: `consume ${CONSUMED} messages one by one`, unit: 'messages/s', goal: GOAL }, { ours, reference });
}

/** How long a message takes from `publish` to its handler when nothing else is on its way. */
async function pinging(run: Run, bus: MessageBus, on: { bare: Kafka; producer: Producer; topic: string }): Promise<void> {
  let heard: () => void = () => undefined;
  const consumer = bus.consume({ group: randomUUID(), topics: ['pinged'], from: 'latest', handle: async () => heard() });
  await consumer.started;
  const other = on.bare.consumer({ groupId: randomUUID() });
  await other.connect();
  await other.subscribe({ topics: [on.topic], fromBeginning: true });
  await other.run({ eachMessage: async () => heard() });
  const pings = async (send: () => Promise<unknown>): Promise<number[]> => {
    const took: number[] = [];
    for (let ping = 0; ping < PINGS; ping += 1) {
      const arrived = new Promise<void>((resolve) => (heard = resolve));
      const begun = performance.now();
      await Promise.all([send(), arrived]);
      took.push(performance.now() - begun);
    }
    return took;
  };
  const mine = await pings(() => bus.publish(messages('pinged', 1)));
  const theirs = await pings(() => on.producer.send({ topic: on.topic, acks: -1, messages: messages('', 1) }));
  for (const part of [0.5, 0.99]) {
    run.tell(`one message from publish to handler, p${part * 100}`, 'ms', quantile(mine, part));
    run.tell(`the same through kafkajs, p${part * 100}`, 'ms', quantile(theirs, part));
  }
  await Promise.all([consumer.stop(), other.disconnect()]);
}
