import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { silentLog } from '@slipway/kernel';
import { messageBusContract } from '@slipway/kernel/testing/message-bus.contract';
import { freshTopics } from './fresh-topics.fixture';
import { KafkaMessageBus } from './kafka-message-bus';

messageBusContract(
  'on Kafka',
  async () => {
    const clock = new SystemClock();
    const topics = freshTopics();
    const open = () => new KafkaMessageBus({ url: topics.url, clock, random: new SystemRandom(), log: silentLog });
    return { bus: open(), clock, reopen: async () => open(), dispose: () => topics.drop() };
  },
  { durable: true },
);
