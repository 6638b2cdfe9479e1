import { randomUUID } from 'node:crypto';
import type { SeededRandom } from '@slipway/kernel/testing';
import { type Consumer, Kafka, type KafkaMessage, logLevel, type Message, type Producer } from 'kafkajs';

const TOPIC = 'slipway.progress';
const MARK = 'echo';
/** Words said again with each that is heard. */
const AT_ONCE = 3;

/** A bus at its worst: says each word of workers again, together with words from long ago, the later ones first. With plain kafkajs. */
export class ProgressEcho {
  said = 0;
  private readonly heard: Message[] = [];

  private constructor(
    private readonly consumer: Consumer,
    private readonly producer: Producer,
    private readonly random: SeededRandom,
  ) {}

  static async start(busUrl: string, random: SeededRandom): Promise<ProgressEcho> {
    const kafka = new Kafka({ clientId: 'echo', brokers: [new URL(busUrl).host], logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({ groupId: `echo-${randomUUID()}`, maxWaitTimeInMs: 50 });
    const producer = kafka.producer();
    const echo = new ProgressEcho(consumer, producer, random);
    await producer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await consumer.run({ eachMessage: ({ partition, message }) => echo.hear(partition, message) });
    return echo;
  }

  async stop(): Promise<void> {
    await this.consumer.disconnect();
    await this.producer.disconnect();
  }

  private async hear(partition: number, { key, value, headers = {} }: KafkaMessage): Promise<void> {
    if (headers[MARK] !== undefined) return;
    const { heard, random } = this;
    heard.push({ key, value, partition, headers: { ...headers, [MARK]: 'yes' } });
    const old = Array.from({ length: AT_ONCE }, () => Math.floor(random.fraction() * heard.length));
    const again = [heard.length - 1, ...old].sort((one, other) => other - one);
    await this.producer.send({ topic: TOPIC, messages: again.map((place) => heard[place]!) });
    this.said += again.length;
  }
}
