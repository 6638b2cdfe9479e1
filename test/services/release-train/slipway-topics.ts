import { randomUUID } from 'node:crypto';
import { type Consumer, type IHeaders, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';

export interface Place {
  readonly brokers: readonly string[];
  /** Before every topic's name, where several Slipways share a Kafka; in a message's headers names stand without it. */
  readonly prefix: string;
}

/** What Slipway answers to a command (RFC 9457 problems). */
export type Answer =
  | { readonly status: 'accepted'; readonly position: string; readonly version: number; readonly resource: Record<string, unknown> }
  | { readonly status: 'refused'; readonly problem: { readonly status: number; readonly code: string; readonly facts?: object } };

/** An event of `slipway.events`, as far as this service reads it. */
export interface SlipwayEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly streamVersion: number;
  readonly data: Record<string, unknown>;
}

const ANSWERS = 'release-train.answers';
const ANSWER_MS = 10_000;
/** A broker that was killed waits this long for those whom it knew before it lets them in anew. */
const SESSION_MS = 6_000;
/** How long a message that no broker took waits until it is sent again. */
const PAUSE_MS = 1_000;
const GIVEN_UP_MS = 60_000;

/** Slipway as another service knows it: topics, and nothing else. */
export class SlipwayTopics {
  readonly events: SlipwayEvent[] = [];
  private readonly answers = new Map<string, Answer>();
  private changed: (() => void)[] = [];

  private constructor(
    private readonly place: Place,
    private readonly producer: Producer,
    private readonly consumers: readonly Consumer[],
  ) {}

  static async connect(place: Place): Promise<SlipwayTopics> {
    const kafka = new Kafka({ clientId: 'release-train', brokers: [...place.brokers], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: place.prefix + ANSWERS, numPartitions: 1 }] });
    await admin.disconnect();
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const consumers = ['answers', 'events'].map((what) =>
      kafka.consumer({ groupId: `release-train-${what}-${randomUUID()}`, sessionTimeout: SESSION_MS }),
    );
    const topics = new SlipwayTopics(place, producer, consumers);
    await topics.listen();
    return topics;
  }

  async disconnect(): Promise<void> {
    await Promise.all([this.producer.disconnect(), ...this.consumers.map((consumer) => consumer.disconnect())]);
  }

  /** Asks until there is an answer, always under the same id: however often Slipway hears it, it does it once. */
  async ask(command: string, body: object, { key, commandId = randomUUID() }: { key: string; commandId?: string }): Promise<Answer> {
    for (const end = Date.now() + GIVEN_UP_MS; Date.now() < end;) {
      const correlation = randomUUID();
      const headers = { command, 'command-id': commandId, 'correlation-id': correlation, 'reply-to': ANSWERS, actor: 'release-train' };
      const message = { key, value: JSON.stringify(body), headers };
      const sending = this.producer.send({ topic: `${this.place.prefix}slipway.commands`, acks: -1, messages: [message] });
      const taken = await sending.then(
        () => true,
        () => false,
      );
      const answer = await this.within(taken ? ANSWER_MS : PAUSE_MS, () => this.answers.get(correlation));
      if (answer) return answer;
    }
    throw new Error(`no answer to ${command} ${commandId} within ${GIVEN_UP_MS / 1_000} s`);
  }

  /** Resolves with the first event that is as wanted, whenever it happened. */
  async happens(type: string, isIt: (data: Record<string, unknown>) => boolean): Promise<SlipwayEvent> {
    const found = await this.within(60_000, () => this.events.find((event) => event.type === `slipway.${type}` && isIt(event.data)));
    if (!found) throw new Error(`${type} did not happen`);
    return found;
  }

  private async listen(): Promise<void> {
    const [answers, events] = this.consumers as [Consumer, Consumer];
    const { prefix } = this.place;
    await answers.subscribe({ topic: prefix + ANSWERS, fromBeginning: true });
    await events.subscribe({ topic: `${prefix}slipway.events`, fromBeginning: true });
    await answers.run({
      eachMessage: async ({ message }) => {
        const correlation = textOf(message.headers, 'correlation-id');
        // A command that was asked for again is answered again; the first answer will do.
        if (!this.answers.has(correlation)) this.answers.set(correlation, JSON.parse(String(message.value)) as Answer);
        this.wake();
      },
    });
    await events.run({
      eachMessage: async ({ message: { headers, value } }) => {
        const [id, type, source] = ['ce_id', 'ce_type', 'ce_source'].map((name) => textOf(headers, name)) as [string, string, string];
        // At least once: what comes again is left out.
        if (this.events.some((event) => event.id === id)) return;
        const { data } = JSON.parse(String(value)) as { data: Record<string, unknown> };
        this.events.push({ id, type, source, streamVersion: Number(textOf(headers, 'ce_streamversion')), data });
        this.wake();
      },
    });
  }

  private async within<T>(ms: number, look: () => T | undefined): Promise<T | undefined> {
    for (const end = Date.now() + ms; ;) {
      const found = look();
      const left = end - Date.now();
      if (found !== undefined || left <= 0) return found;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.changed.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  private wake(): void {
    this.changed.splice(0).forEach((resume) => resume());
  }
}

function textOf(headers: IHeaders | undefined, name: string): string {
  return String(headers?.[name] ?? '');
}
