import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { isRetryable, silentLog } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { KafkaMessageBus } from './kafka-message-bus';
import { OwnBroker } from './own-broker.fixture';

jest.setTimeout(120_000);

const clock = new SystemClock();
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('Kafka that goes away', () => {
  let broker: OwnBroker;
  const buses: KafkaMessageBus[] = [];
  let stopped = new AbortController();

  beforeAll(async () => {
    broker = await OwnBroker.create();
    await broker.start();
  });
  afterEach(async () => {
    stopped.abort();
    stopped = new AbortController();
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
  });
  afterAll(() => broker.dispose());

  const open = () => {
    const bus = new KafkaMessageBus({ url: broker.url, clock, random: new SystemRandom(), log: silentLog });
    buses.push(bus);
    return bus;
  };

  /** Waits longer than `eventually`: a broker needs its time to start. */
  const sooner = async (condition: () => boolean, what: string) => {
    for (let patience = 4; patience > 1; patience -= 1) if (await eventually(condition, what).then(() => true, () => false)) return; // prettier-ignore
    await eventually(condition, what);
  };

  /** Publishes numbers under a key, one after the other, each again until it is taken; knows those that are. */
  const publishing = (bus: KafkaMessageBus, topic: string, key: string) => {
    const taken: number[] = [];
    const take = async (number: number): Promise<void> => {
      try {
        await bus.publish([{ topic, key, value: String(number) }]);
        taken.push(number);
      } catch (error) {
        if (!isRetryable(error)) throw error;
        await clock.sleep(100);
        if (!stopped.signal.aborted) await take(number);
      }
    };
    const done = (async () => {
      for (let number = 1; !stopped.signal.aborted; number += 1) await take(number);
    })();
    return { taken, done };
  };

  it('killed under load and started again: nothing taken is lost, each key keeps its order, and what is wrong is told meanwhile', async () => {
    const bus = open();
    await bus.ensureTopics([{ name: 'killed', partitions: 3 }]);
    const handled = new Map<string, number[]>(KEYS.map((key) => [key, []]));
    const consumer = bus.consume({
      topics: ['killed'],
      group: 'g',
      concurrency: 4,
      handle: async ({ key, value }) => void handled.get(key)?.push(Number(value)),
    });
    await consumer.started;
    const senders = KEYS.map((key) => publishing(bus, 'killed', key));
    await eventually(() => senders.every(({ taken }) => taken.length > 100), 'some load');

    await broker.kill();
    await sooner(() => bus.trouble() !== undefined && consumer.trouble() !== undefined, 'the trouble');
    expect(bus.trouble()).toMatch(/^Kafka at 127\.0\.0\.1:\d+ did not say which topics it has: /);
    expect(consumer.trouble()).toMatch(/Kafka at|sharing out/);
    await eventually(() => consumer.partitions().every(({ caughtUpSince }) => caughtUpSince === undefined), 'nobody to claim to keep up');
    await broker.start();

    const before = senders.map(({ taken }) => taken.length);
    await sooner(() => senders.every(({ taken }, number) => taken.length > (before[number] ?? 0) + 100), 'more load');
    stopped.abort();
    await Promise.all(senders.map(({ done }) => done));
    const all = () => senders.every(({ taken }, number) => handled.get(KEYS[number] ?? '')?.includes(taken.at(-1) ?? 0));
    await sooner(all, 'everything handled');
    for (const [number, key] of KEYS.entries()) {
      const firsts = [...new Set(handled.get(key))];
      expect(firsts).toEqual(senders[number]?.taken);
    }
    await sooner(() => bus.trouble() === undefined && consumer.trouble() === undefined, 'the end of the trouble');
    await eventually(() => consumer.partitions().every(({ caughtUpSince }) => caughtUpSince !== undefined), 'keeping up');
  });

  it('away at the start: publishing fails for a while, consumers wait, and both work once it is there', async () => {
    const first = open();
    await first.ensureTopics([{ name: 'late', partitions: 1 }]);
    await first.close();
    await broker.kill();

    const bus = open();
    const handled: string[] = [];
    const consumer = bus.consume({ topics: ['late'], group: 'g', handle: async ({ value }) => void handled.push(value) });
    await expect(bus.publish([{ topic: 'late', key: 'a', value: '1' }])).rejects.toMatchObject({
      code: 'message-bus.unavailable',
      retryable: true,
    });
    await sooner(() => /^Kafka at 127\.0\.0\.1:\d+ did not /.test(consumer.trouble() ?? ''), 'the reason');
    expect(bus.trouble()).toMatch(/^Kafka at 127\.0\.0\.1:\d+ did not /);

    await broker.start();
    await consumer.started;
    await bus.publish([{ topic: 'late', key: 'a', value: '2' }]);
    await eventually(() => handled.includes('2'), 'the message');
    expect(consumer.trouble()).toBeUndefined();
    expect(bus.trouble()).toBeUndefined();
  });

  it('frozen: nobody claims to keep up, publishing gives up in time, and everything goes on when it thaws', async () => {
    const bus = open();
    await bus.ensureTopics([{ name: 'frozen', partitions: 1 }]);
    const handled: string[] = [];
    const consumer = bus.consume({ topics: ['frozen'], group: 'g', handle: async ({ value }) => void handled.push(value) });
    await consumer.started;
    await eventually(() => consumer.partitions()[0]?.caughtUpSince !== undefined, 'keeping up');
    broker.freeze();
    try {
      const sent = bus.publish([{ topic: 'frozen', key: 'a', value: '1' }]);
      await eventually(() => consumer.partitions().every(({ caughtUpSince }) => caughtUpSince === undefined), 'nobody to claim to keep up');
      await sooner(() => consumer.trouble() !== undefined, 'the silence');
      expect(consumer.trouble()).toMatch(/has not answered for \d+ s/);
      await expect(sent).rejects.toMatchObject({ code: 'message-bus.unavailable', retryable: true });
      expect(bus.trouble()).toBeDefined();
    } finally {
      broker.thaw();
    }
    await sooner(() => bus.trouble() === undefined && consumer.trouble() === undefined, 'the end of the trouble');
    await bus.publish([{ topic: 'frozen', key: 'a', value: '2' }]);
    await eventually(() => handled.includes('2'), 'the message');
    expect(handled.filter((value) => value === '2')).toEqual(['2']);
  });
});
