import { serverUrl } from '@slipway/kernel/testing/server-url';
import { Kafka, logLevel } from 'kafkajs';

/** Deletes the topics of a test, by the prefix that they have in common, from the Kafka of KAFKA_TEST_URL. */
export async function dropTopics(prefix: string): Promise<void> {
  const kafka = new Kafka({ brokers: [new URL(serverUrl('KAFKA_TEST_URL')).host], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}
