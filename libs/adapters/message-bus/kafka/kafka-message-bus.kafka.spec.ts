import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { silentLog } from '@slipway/kernel';
import { messageBusContract } from '@slipway/kernel/testing/message-bus.contract';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { dropTopics } from './drop-topics.fixture';
import { KafkaMessageBus } from './kafka-message-bus';

messageBusContract(
  'on Kafka',
  async () => {
    const clock = new SystemClock();
    const random = new SystemRandom();
    const prefix = `test-${Buffer.from(random.bytes(6)).toString('hex')}.`;
    const url = `${serverUrl('KAFKA_TEST_URL')}?prefix=${prefix}`;
    const open = () => new KafkaMessageBus({ url, clock, random, log: silentLog });
    return { bus: open(), clock, reopen: async () => open(), dispose: () => dropTopics(prefix) };
  },
  { durable: true },
);
