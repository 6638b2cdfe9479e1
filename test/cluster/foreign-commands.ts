import { randomUUID } from 'node:crypto';
import { type Consumer, type IHeaders, Kafka, logLevel, type Producer } from 'kafkajs';
import { eventually } from '../e2e/support/eventually';

const COMMANDS = 'slipway.commands';
const REPLIES = 'slipway.replies';

/** A message on `slipway.commands` that is no command, with the code that it is refused with. None says where to answer. */
export interface ForeignCommand {
  readonly what: string;
  readonly headers: IHeaders;
  readonly value: Buffer | null;
  readonly code: string;
}

export interface SentCommand extends Pick<ForeignCommand, 'code'> {
  readonly correlation: string;
}

interface Reply {
  readonly problem?: { readonly code: string };
}

export const foreignCommands: readonly ForeignCommand[] = [
  { what: 'nothing', headers: {}, value: null, code: 'request.invalid' },
  { what: 'rubbish', headers: { command: 'CreateEnvironment' }, value: Buffer.from([0xff, 0, 0xfe]), code: 'request.malformed' },
  { what: 'an unknown type', headers: { command: 'LaunchRocket' }, value: Buffer.from('{}'), code: 'command.unknown' },
  { what: 'an internal command', headers: { command: 'StartDeployment' }, value: Buffer.from('{}'), code: 'command.unknown' },
  {
    what: 'an oversize body',
    headers: { command: 'CreateEnvironment' },
    // As much as a broker takes unless told otherwise.
    value: Buffer.from(`{"slug":"${'x'.repeat(1_040_000)}"}`),
    code: 'request.too-large',
  },
];

/** Another service at the broker, with plain kafkajs: answers go to where they go when nobody says where. */
export class ForeignSender {
  private readonly replies = new Map<string, Reply>();

  private constructor(
    private readonly producer: Producer,
    private readonly consumer: Consumer,
  ) {}

  static async connect(busUrl: string): Promise<ForeignSender> {
    const kafka = new Kafka({ clientId: 'foreign', brokers: [new URL(busUrl).host], logLevel: logLevel.NOTHING });
    const sender = new ForeignSender(kafka.producer(), kafka.consumer({ groupId: `foreign-${randomUUID()}` }));
    await sender.producer.connect();
    await sender.consumer.subscribe({ topic: REPLIES, fromBeginning: true });
    await sender.consumer.run({
      eachMessage: async ({ message: { headers, value } }) =>
        void sender.replies.set(String(headers?.['correlation-id']), JSON.parse(String(value)) as Reply),
    });
    return sender;
  }

  /** Sends each into every partition. */
  async send(commands: readonly ForeignCommand[], partitions: number): Promise<SentCommand[]> {
    const sent: SentCommand[] = [];
    for (let partition = 0; partition < partitions; partition += 1)
      for (const { what, headers, value, code } of commands) {
        const correlation = `${what} ${randomUUID()}`;
        const message = { key: null, value, partition, headers: { ...headers, 'correlation-id': correlation } };
        await this.producer.send({ topic: COMMANDS, messages: [message] });
        sent.push({ correlation, code });
      }
    return sent;
  }

  async reply(correlation: string): Promise<Reply> {
    const heard = await eventually(`a reply to ${correlation}`, () => this.replies.get(correlation), Boolean);
    return heard!;
  }

  async leave(): Promise<void> {
    await this.consumer.disconnect();
    await this.producer.disconnect();
  }
}
