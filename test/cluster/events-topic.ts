import { randomUUID } from 'node:crypto';
import { type Consumer, Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { eventually } from '../e2e/support/eventually';

/** A broker that was killed waits this long for those whom it knew before it lets them in anew. */
const SESSION_MS = 6_000;

/**
 * `slipway.events` as anybody hears it from the beginning on, with plain kafkajs. Each stream's versions must come in order and without a gap; what comes again must be what came before, to the
 * byte.
 */
export class EventsTopic {
  readonly faults: string[] = [];
  repeats = 0;
  /** The longest time from when an event was decided until it came, ms, since somebody set it to 0. */
  slowest = 0;
  private readonly types = new Map<string, Set<string>>();
  private readonly texts = new Map<string, string>();
  private readonly versions = new Map<string, number>();

  private constructor(private readonly consumer: Consumer) {}

  static async follow(busUrl: string): Promise<EventsTopic> {
    const { host, searchParams } = new URL(busUrl);
    const kafka = new Kafka({ clientId: 'follower', brokers: [host], logLevel: logLevel.NOTHING });
    const topic = new EventsTopic(
      kafka.consumer({ groupId: `follower-${randomUUID()}`, maxWaitTimeInMs: 100, sessionTimeout: SESSION_MS }),
    );
    await topic.consumer.subscribe({ topic: `${searchParams.get('prefix')}slipway.events`, fromBeginning: true });
    await topic.consumer.run({ eachMessage: async ({ message }) => topic.take(message) });
    return topic;
  }

  /** Resolves when an event of a type was heard of in a stream. */
  async says(stream: string, types: readonly string[], seconds: number): Promise<void> {
    const said = () => types.some((type) => this.types.get(stream)?.has(type));
    await eventually(`${stream} says ${types.join(' or ')} in slipway.events`, said, Boolean, seconds);
  }

  /** Whether this event, as its id names it, came. */
  has(id: string): boolean {
    return this.texts.has(id);
  }

  leave(): Promise<void> {
    return this.consumer.disconnect();
  }

  private take({ key, headers, value }: KafkaMessage): void {
    const of = (name: string) => String(headers?.[name] ?? '');
    const [id, stream, version] = [of('ce_id'), String(key), Number(of('ce_streamversion'))];
    const text = JSON.stringify([stream, String(value), Object.entries(headers ?? {}).map(([name, said]) => [name, String(said)])]);
    const before = this.texts.get(id);
    if (before !== undefined) {
      this.repeats += 1;
      if (before !== text) this.faults.push(`${id} came again as ${text}, which was ${before}`);
      return;
    }
    const last = this.versions.get(stream) ?? -1;
    if (version !== last + 1) this.faults.push(`${stream}: version ${version} follows ${last}`);
    this.texts.set(id, text);
    this.versions.set(stream, version);
    const types = this.types.get(stream) ?? new Set();
    this.types.set(stream, types.add(of('ce_type').replace(/^slipway\./, '')));
    this.slowest = Math.max(this.slowest, Date.now() - Date.parse(of('ce_time')));
  }
}
