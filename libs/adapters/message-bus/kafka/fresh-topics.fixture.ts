import { serverUrl } from '@slipway/kernel/testing/server-url';
import { Kafka, logLevel } from 'kafkajs';
import { SystemRandom } from '../../runtime/system-random';

export interface FreshTopics {
  /** Of the bus: names of topics and groups all begin with a prefix that nobody else has. */
  readonly url: string;
  readonly prefix: string;
  /** Deletes the topics. Groups end by themselves, with their last member. */
  drop(): Promise<void>;
}

/** Topics and groups of the running test's own, on the Kafka of KAFKA_TEST_URL. */
export function freshTopics(): FreshTopics {
  const server = new URL(serverUrl('KAFKA_TEST_URL'));
  const prefix = `test-${Buffer.from(new SystemRandom().bytes(5)).toString('hex')}.`;
  return { url: `kafka://${server.host}/?prefix=${prefix}`, prefix, drop: () => deleteTopics(server.host, prefix) };
}

async function deleteTopics(broker: string, prefix: string): Promise<void> {
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}
