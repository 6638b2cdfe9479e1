import { KafkaMessageBus } from '@slipway/adapters/message-bus/kafka/kafka-message-bus';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { auditEvent } from '@slipway/audit/contract';
import { type EventToAppend, MAX_APPEND_BYTES, type RecordedEvent, replayTopic, silentLog, TOPICS } from '@slipway/kernel';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { Kafka, logLevel } from 'kafkajs';
import { TopicSystem } from './topic-system.fixture';

/** A message as any client of Kafka sees it. */
interface Heard {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

const random = new SystemRandom();
const prefix = `test-${Buffer.from(random.bytes(6)).toString('hex')}.`;
const url = serverUrl('KAFKA_TEST_URL');
const kafka = new Kafka({ brokers: [new URL(url).host], logLevel: logLevel.NOTHING });

let system: TopicSystem;
beforeEach(() => {
  system = new TopicSystem(new KafkaMessageBus({ url: `${url}?prefix=${prefix}`, clock: new SystemClock(), random, log: silentLog }));
});
afterEach(() => system.close());

/** Reads a topic from its beginning with a plain client, until `enough`. */
async function heard(topic: string, enough: (all: readonly Heard[]) => boolean): Promise<Heard[]> {
  const all: Heard[] = [];
  await system.until(() => system.hasTopic(topic), `the topic ${topic}`);
  const consumer = kafka.consumer({ groupId: `${prefix}reader-of-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topic: prefix + topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers = {} } }) => {
      const texts = Object.entries(headers).map(([name, one]) => [name, String(one)]);
      all.push({ key: String(key), value: String(value), headers: Object.fromEntries(texts) as Heard['headers'] });
    },
  });
  try {
    await system.until(() => enough(all), `enough of ${topic}`);
  } finally {
    await consumer.disconnect();
  }
  return all;
}

const idOf = ({ headers }: Heard) => headers['ce_id'];
const once = (all: readonly Heard[]) => {
  const ids = all.map(idOf);
  return all.filter((one, at) => ids.indexOf(idOf(one)) === at);
};

/** What is stored beside data and metadata makes it larger than a message. */
function asLargeAsCanBe(like: RecordedEvent): EventToAppend {
  const bytes = (value: object) => Buffer.byteLength(JSON.stringify(value));
  const left = MAX_APPEND_BYTES - bytes(like.metadata) - bytes({ slug: 'large', name: '' });
  return { ...like, id: system.ids.next(), data: { slug: 'large', name: 'x'.repeat(left) } };
}

it('a plain client of Kafka hears of every event in order per stream, though the relay died now and then, and gets a replay in log order', async () => {
  system.after = (effect, life) => {
    if (effect === 'publish') life.kill();
  };
  for (let round = 0; round < 3; round += 1) {
    await system.happened([`a${round}`, `b${round}`], 100);
    await system.start();
    await system.until(() => system.dead, 'its death after a message was published');
  }
  system.after = () => undefined;
  const [first] = await system.history();
  await system.events.append('environment-large', 'none', [asLargeAsCanBe(first!)]);
  const last = await system.happened(['after-the-large-one']);
  await system.start();

  const history = await system.history();
  const events = once(await heard(TOPICS.events, (all) => new Set(all.map(idOf)).size >= history.length));
  for (const stream of new Set(history.map((event) => event.stream))) {
    const expected = history.filter((event) => event.stream === stream);
    const got = events.filter(({ key }) => key === stream);
    expect(got.map(idOf)).toEqual(expected.map(({ id }) => id));
    if (stream !== 'environment-large') expect(got.map(({ value }) => JSON.parse(value) as unknown)).toEqual(expected.map(auditEvent));
  }
  const [tooLarge] = events.filter(({ key }) => key === 'environment-large');
  expect(tooLarge).toMatchObject({ value: '', headers: { ce_dataref: `/api/v1/audit/events?from=${last - 1n}&limit=1` } });

  await system.replay('late');
  const late = await heard(replayTopic('late'), (all) => all.some(({ key }) => key === 'event-replay-late'));
  expect(once(late).map(idOf).slice(0, -1)).toEqual(history.map(({ id }) => id));
  expect(late.at(-1)?.headers['ce_type']).toBe('slipway.EventReplayFinished');
});
