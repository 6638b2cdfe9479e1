import { randomUUID } from 'node:crypto';
import { type Consumer, type Delivery, type MessageBus, TOPICS } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';

export interface Reply {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  // What a value is worth is what a test finds out, as with JSON.parse.
  readonly value: ReturnType<typeof JSON.parse>;
}

/** A message on `slipway.commands` as it may be sent; what is left out is made up. */
export interface SentCommand {
  readonly command?: string;
  /** Sent as JSON, unless it is a text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
}

/** Another service at the bus: it sends commands, and hears the answers that go to one topic. */
export class BusCaller {
  readonly replies: Reply[] = [];
  /** Those of everybody that were set aside. */
  readonly deadLetters: Delivery[] = [];
  private consumers: readonly Consumer[] = [];

  private constructor(
    private readonly bus: MessageBus,
    readonly topic: string,
  ) {}

  /** Hears what comes from now on. */
  static async on(bus: MessageBus, topic: string = TOPICS.replies): Promise<BusCaller> {
    const caller = new BusCaller(bus, topic);
    if (topic !== TOPICS.replies) await bus.ensureTopics([{ name: topic, partitions: 1 }]);
    const hear = async ({ key, headers, value }: Delivery) => void caller.replies.push({ key, headers, value: JSON.parse(value) });
    const bury = async (delivery: Delivery) => void caller.deadLetters.push(delivery);
    caller.consumers = [bus.consume({ topics: [topic], handle: hear }), bus.consume({ topics: [TOPICS.deadLetters], handle: bury })];
    await Promise.all(caller.consumers.map((consumer) => consumer.started));
    return caller;
  }

  async leave(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.stop()));
  }

  /** Returns the correlation id. */
  async send({ command, body = {}, headers = {}, key = 'any' }: SentCommand): Promise<string> {
    const correlation = headers['correlation-id'] ?? randomUUID();
    const replyTo: Record<string, string> = this.topic === TOPICS.replies ? {} : { 'reply-to': this.topic };
    const named: Record<string, string> = command === undefined ? {} : { command };
    const value = typeof body === 'string' ? body : JSON.stringify(body);
    const sent = { ...replyTo, ...named, 'correlation-id': correlation, ...headers };
    await this.bus.publish([{ topic: TOPICS.commands, key, value, headers: sent }]);
    return correlation;
  }

  /** Resolves with the first reply to what is sent. */
  async ask(sent: SentCommand): Promise<Reply> {
    const heard = this.replies.length;
    const correlation = await this.send(sent);
    return this.reply(correlation, heard);
  }

  /** Must be accepted; resolves with the resource. */
  async done(command: string, body: object, headers: Readonly<Record<string, string>> = {}) {
    const { value } = await this.ask({ command, body, headers });
    if (value.status !== 'accepted') throw new Error(`${command}: ${JSON.stringify(value)}`);
    return value.resource;
  }

  /** The first reply of this correlation id that came after so many others. */
  async reply(correlation: string, after = 0): Promise<Reply> {
    const found = () => this.replies.slice(after).find(({ key }) => key === correlation);
    await eventually(() => found() !== undefined, `a reply to ${correlation}`);
    return found()!;
  }

  /** Resolves with the dead letter of what was sent with this correlation id. */
  async deadLetter(correlation: string): Promise<Delivery> {
    const found = () => this.deadLetters.find(({ headers }) => headers['correlation-id'] === correlation);
    await eventually(() => found() !== undefined, `the dead letter of ${correlation}`);
    return found()!;
  }
}
