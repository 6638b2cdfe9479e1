import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { type ConsumeOptions, type Delivery, type Log, silentLog } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { makeGate } from '@slipway/kernel/testing/message-bus/bus-under-test';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { type FreshTopics, freshTopics } from './fresh-topics.fixture';
import { KafkaMessageBus } from './kafka-message-bus';

jest.setTimeout(60_000);

const clock = new SystemClock();
const random = new SystemRandom();

/** What a Kafka that others use as well does to a bus. */
describe('a bus on Kafka', () => {
  const kafka = new Kafka({ brokers: [new URL(serverUrl('KAFKA_TEST_URL')).host], logLevel: logLevel.NOTHING });
  let admin: Admin;
  let topics: FreshTopics;
  let prefix = '';
  const buses: KafkaMessageBus[] = [];

  beforeEach(async () => {
    topics = freshTopics();
    prefix = topics.prefix;
    admin = kafka.admin();
    await admin.connect();
  });
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
    await topics.drop();
    await admin.disconnect();
  });

  const open = (log: Log = silentLog) => {
    const bus = new KafkaMessageBus({ url: topics.url, clock, random, log });
    buses.push(bus);
    return bus;
  };
  const send = (bus: KafkaMessageBus, ...values: string[]) => bus.publish(values.map((value) => ({ topic: 't', key: value.split(':')[0] ?? '', value }))); // prettier-ignore
  const follow = (bus: KafkaMessageBus, handle: ConsumeOptions['handle'], options: Partial<ConsumeOptions> = {}) =>
    bus.consume({ topics: ['t'], group: 'g', handle, ...options });
  const keyIn = (bus: KafkaMessageBus, partition: number) => {
    for (let number = 0; ; number += 1) if (bus.partitionOf('t', `key${number}`) === partition) return `key${number}`;
  };

  it.each([
    [1, 'nothing comes again'],
    [4, 'only what was handled behind a gap comes again'],
  ])(
    'shares its partitions out again in the middle of a batch, with a concurrency of %i: what runs is finished first, %s',
    async (concurrency) => {
      const bus = open();
      await bus.ensureTopics([{ name: 't', partitions: 4 }]);
      const handled: string[] = [];
      const running = new Set<string>();
      let overlaps = 0;
      const handle = async ({ key, value }: Delivery) => {
        if (running.has(key)) overlaps += 1;
        running.add(key);
        await clock.sleep(20);
        running.delete(key);
        handled.push(value);
      };
      const values: string[] = [];
      let going = true;
      const sending = (async () => {
        while (going) {
          const more = Array.from({ length: 50 }, (_, number) => `key${(values.length + number) % 24}:${values.length + number}`);
          await send(bus, ...more);
          values.push(...more);
          await clock.sleep(50);
        }
      })();
      const first = follow(bus, handle, { concurrency });
      await eventually(() => handled.length > 20, 'the middle');
      const second = follow(open(), handle, { concurrency });
      await second.started;
      const third = follow(open(), handle, { concurrency });
      await third.started;
      await second.stop();
      going = false;
      await sending;
      await eventually(() => new Set(handled).size === values.length, 'everything');
      expect(overlaps).toBe(0);
      if (concurrency === 1) expect(handled).toHaveLength(values.length);
      for (let key = 0; key < 24; key += 1) {
        const ofKey = (all: string[]) => all.filter((value) => value.startsWith(`key${key}:`));
        expect(ofKey([...new Set(handled)])).toEqual(ofKey(values));
      }
      await Promise.all([first.stop(), third.stop()]);
    },
  );

  it('keeps its place while a handler takes longer than a member may be silent, also when somebody joins; other partitions go on', async () => {
    const warnings: string[] = [];
    const bus = open({ ...silentLog, warn: (message) => void warnings.push(message) });
    await bus.ensureTopics([{ name: 't', partitions: 2 }]);
    const [slow, quick] = [keyIn(bus, 0), keyIn(bus, 1)];
    const gate = makeGate();
    const handled: string[] = [];
    const handle = async ({ key, value }: Delivery) => {
      if (key === slow) await gate.opened;
      handled.push(value);
    };
    const consumer = follow(bus, handle);
    await send(bus, `${slow}:1`, `${slow}:2`, `${quick}:1`);
    await eventually(() => handled.includes(`${quick}:1`), 'the other partition');
    const other = follow(open(), handle);
    await other.started;
    await eventually(() => consumer.partitions().length === 1 && other.partitions().length === 1, 'equal shares');
    // A member may be silent for 10 s.
    await clock.sleep(11_500);
    await send(bus, `${quick}:2`);
    await eventually(() => handled.includes(`${quick}:2`), 'the other partition');
    expect([consumer.trouble(), other.trouble()]).toEqual([undefined, undefined]);
    expect(consumer.partitions()).toEqual([{ topic: 't', partition: 0 }]);
    gate.open();
    await eventually(() => handled.includes(`${slow}:2`), 'the slow ones');
    expect([...handled].sort()).toEqual([`${quick}:1`, `${quick}:2`, `${slow}:1`, `${slow}:2`].sort());
    expect(warnings).toEqual([]);
  });

  it('tells of a topic that vanished, and goes on from its beginning when it is made again', async () => {
    const bus = open();
    await bus.ensureTopics([{ name: 't', partitions: 2 }]);
    const handled: string[] = [];
    const consumer = follow(bus, async ({ value }) => void handled.push(value));
    await consumer.started;
    await send(bus, 'a:1', 'b:1', 'c:1');
    await eventually(() => handled.length === 3, 'the first messages');
    await admin.deleteTopics({ topics: [`${prefix}t`] });
    await eventually(() => bus.trouble() !== undefined && consumer.trouble() !== undefined, 'the trouble');
    expect(bus.trouble()).toMatch(/^the topic test-.+\.t vanished from Kafka at .+: create it again$/);
    await expect(send(bus, 'a:2')).rejects.toMatchObject({ code: 'message-bus.unavailable', retryable: true });
    await bus.ensureTopics([{ name: 't', partitions: 2 }]);
    await send(bus, 'a:3', 'b:3', 'c:3');
    await eventually(() => ['a:3', 'b:3', 'c:3'].every((value) => handled.includes(value)), 'the messages of the new topic');
    await eventually(() => bus.trouble() === undefined && consumer.trouble() === undefined, 'the end of the trouble');
  });

  it('refuses what its topic does not take, and only that', async () => {
    const bus = open();
    await admin.createTopics({ topics: [{ topic: `${prefix}t`, numPartitions: 1, configEntries: [{ name: 'max.message.bytes', value: '5000' }] }] }); // prettier-ignore
    const large = bus.publish([{ topic: 't', key: 'large', value: 'x'.repeat(6_000) }]);
    const small = send(bus, 'small:1');
    await expect(large).rejects.toMatchObject({ code: 'message-bus.too-large', retryable: false });
    await small;
    await send(bus, 'small:2');
    const handled: string[] = [];
    follow(bus, async ({ value }) => void handled.push(value));
    await eventually(() => handled.includes('small:2'), 'the small ones');
    expect([...new Set(handled)]).toEqual(['small:1', 'small:2']);
  });

  it('reads what foreign producers send: no key, no value, bytes, headers twice; and passes over what they took back', async () => {
    const bus = open();
    await bus.ensureTopics([{ name: 't', partitions: 1 }]);
    const deliveries: Delivery[] = [];
    const consumer = follow(bus, async (delivery) => void deliveries.push(delivery));
    await consumer.started;
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      transactionalId: `${prefix}p`,
      createPartitioner: () => () => 0,
    });
    await producer.connect();
    const begun = await producer.transaction();
    await begun.send({ topic: `${prefix}t`, messages: [{ key: 'a', value: 'taken back' }] });
    await begun.abort();
    const kept = await producer.transaction();
    await kept.send({
      topic: `${prefix}t`,
      messages: [
        { key: null, value: null },
        {
          key: Buffer.from([0xff, 0x41]),
          value: Buffer.from([0xfe, 0x42]),
          headers: { twice: ['first', 'last'], bytes: Buffer.from([0xfd]) },
        },
      ],
    });
    await kept.commit();
    await producer.disconnect();
    await eventually(() => deliveries.length === 2, 'both messages');
    expect(deliveries).toMatchObject([
      { key: '', value: '', headers: {} },
      { key: '\ufffdA', value: '\ufffdB', headers: { twice: 'last', bytes: '\ufffd' } },
    ]);
    await eventually(() => consumer.lag().get('t') === 0 && consumer.partitions()[0]?.caughtUpSince !== undefined, 'keeping up');
    await consumer.stop();
    await send(bus, 'b:1');
    follow(bus, async (delivery) => void deliveries.push(delivery));
    await eventually(() => deliveries.length === 3, 'the last message');
    expect(deliveries.at(-1)?.value).toBe('b:1');
  });

  it('goes on with the oldest message that is left when those that a group had yet to handle are gone', async () => {
    const warnings: string[] = [];
    const bus = open({ ...silentLog, warn: (message) => void warnings.push(message) });
    await bus.ensureTopics([{ name: 't', partitions: 1 }]);
    const handled: string[] = [];
    const first = follow(bus, async ({ value }) => void handled.push(value));
    await send(bus, 'a:1');
    await eventually(() => handled.length === 1, 'the first message');
    await first.stop();
    await send(bus, 'a:2', 'a:3', 'a:4');
    // kafkajs deletes only from topics that it was asked about before.
    await admin.fetchTopicOffsets(`${prefix}t`);
    await admin.deleteTopicRecords({ topic: `${prefix}t`, partitions: [{ partition: 0, offset: '3' }] });
    follow(bus, async ({ value }) => void handled.push(value));
    await eventually(() => handled.includes('a:4'), 'the last message');
    expect(handled).toEqual(['a:1', 'a:4']);
    expect(warnings).toEqual(['messages are gone that nobody handled, or their topic was made anew: going on with the oldest']);
  });

  it('notices partitions that were added when topics are ensured again, keeps fewer than asked for, and says so', async () => {
    const warnings: unknown[] = [];
    const bus = open({ ...silentLog, warn: (_, facts) => void warnings.push(facts) });
    await bus.ensureTopics([{ name: 't', partitions: 1 }]);
    await admin.createPartitions({ topicPartitions: [{ topic: `${prefix}t`, count: 3 }] });
    await bus.ensureTopics([{ name: 't', partitions: 4 }]);
    expect(new Set(Array.from({ length: 50 }, (_, number) => bus.partitionOf('t', `key${number}`)))).toEqual(new Set([0, 1, 2]));
    expect(warnings).toEqual([{ topic: 't', partitions: 3, asked: 4 }]);
  });

  it('says once that a topic keeps messages for another time than the settings say', async () => {
    const warnings: unknown[] = [];
    const bus = open({ ...silentLog, warn: (_, facts) => void warnings.push(facts) });
    const kept = (topic: string, ms: string) => ({ topic: `${prefix}${topic}`, configEntries: [{ name: 'retention.ms', value: ms }] });
    await admin.createTopics({ topics: [kept('other', '3600000'), kept('for-ever', '-1'), kept('same', '60000')] });
    for (const name of ['other', 'for-ever', 'same', 'new']) {
      await bus.ensureTopics([{ name, partitions: 1, retentionMs: 60_000 }]);
      await bus.ensureTopics([{ name, partitions: 1, retentionMs: 60_000 }]);
    }
    await bus.ensureTopics([{ name: 'other', partitions: 1 }]);
    expect(warnings).toEqual([
      { topic: 'other', retentionMs: 3_600_000, asked: 60_000 },
      { topic: 'for-ever', retentionMs: -1, asked: 60_000 },
    ]);
  });

  it('is told why a topic is refused, also where somebody else was faster with another one', async () => {
    const asked = Array.from({ length: 4 }, () => open().ensureTopics([{ name: 'a', partitions: 1 }, { name: 'b', partitions: 1, retentionMs: -5 }])); // prettier-ignore
    const refused = { code: 'message-bus.failed', retryable: false, message: expect.stringContaining('(INVALID_CONFIG)') as string };
    for (const result of await Promise.allSettled(asked)) expect(result).toMatchObject({ status: 'rejected', reason: refused });
  });

  it('leaves no offsets behind for a consumer without a group', async () => {
    const bus = open();
    await bus.ensureTopics([{ name: 't', partitions: 2 }]);
    const handled: string[] = [];
    const consumer = follow(bus, async ({ value }) => void handled.push(value), { group: undefined });
    await consumer.started;
    await send(bus, 'a:1', 'b:1');
    await eventually(() => handled.length === 2, 'both messages');
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(prefix));
    expect(groups).toEqual([expect.stringMatching(/slipway-follower-[0-9a-f]{24}$/)]);
    await consumer.stop();
    const [offsets] = await admin.fetchOffsets({ groupId: groups[0] ?? '', topics: [`${prefix}t`] });
    expect(offsets?.partitions.map(({ offset }) => offset)).toEqual(['-1', '-1']);
  });
});
