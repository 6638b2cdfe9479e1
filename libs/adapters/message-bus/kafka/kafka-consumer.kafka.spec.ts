import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { silentLog } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { type FreshTopics, freshTopics } from './fresh-topics.fixture';
import { KafkaMessageBus } from './kafka-message-bus';

jest.setTimeout(30_000);

/** Knows who sleeps how long right now, and how often somebody began to. */
class WatchedClock extends SystemClock {
  readonly begun = new Map<number, number>();
  readonly asleep = new Map<number, number>();

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.begun.set(ms, (this.begun.get(ms) ?? 0) + 1);
    this.asleep.set(ms, (this.asleep.get(ms) ?? 0) + 1);
    await super.sleep(ms, signal);
    this.asleep.set(ms, (this.asleep.get(ms) ?? 0) - 1);
  }
}

describe('a consumer on Kafka', () => {
  let topics: FreshTopics;
  let way: Server;
  let bus: KafkaMessageBus;
  beforeEach(async () => {
    topics = freshTopics();
    const { hostname, port } = new URL(serverUrl('KAFKA_TEST_URL'));
    way = createServer((socket) => {
      const onward = connect(Number(port), hostname);
      for (const end of [socket, onward]) end.on('error', () => [socket, onward].forEach((each) => each.destroy()));
      socket.pipe(onward).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(way, 'listening');
  });
  afterEach(async () => {
    way.close();
    await bus.close();
    await topics.drop();
  });

  it('that fails to take its place again and again leaves nothing behind that goes on', async () => {
    const clock = new WatchedClock();
    const url = `kafka://127.0.0.1:${(way.address() as AddressInfo).port}/?prefix=${topics.prefix}`;
    bus = new KafkaMessageBus({ url, clock, random: new SystemRandom(), log: silentLog });
    await bus.ensureTopics([{ name: 't', partitions: 1 }]);
    // The bus keeps the connection that it asks after topics by; a consumer needs a new one.
    way.close();
    const consumer = bus.consume({ topics: ['t'], group: 'g', handle: async () => undefined });
    const [watching, disconnecting] = [3_000, 5_000];
    await eventually(() => (clock.begun.get(disconnecting) ?? 0) >= 4, 'some failed tries');
    expect(consumer.trouble()).toContain('ECONNREFUSED');
    // The bus itself looks after its topics as often; else there is at most the try that runs.
    expect(clock.asleep.get(watching)).toBeLessThanOrEqual(2);
  });
});
