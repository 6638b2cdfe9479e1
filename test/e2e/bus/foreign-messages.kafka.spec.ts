import { KafkaMessageBus } from '@slipway/adapters/message-bus/kafka/kafka-message-bus';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { silentLog, TOPICS } from '@slipway/kernel';
import { serverUrl } from '@slipway/kernel/testing/server-url';
import { CommandIntake } from '@slipway/platform';
import { type IHeaders, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import { BusCaller } from '../../support/bus-caller';
import { InProcess } from '../../support/in-process';
import { API, Shop } from '../../support/shop';

const random = new SystemRandom();
const prefix = `test-${Buffer.from(random.bytes(6)).toString('hex')}.`;
const broker = new URL(serverUrl('KAFKA_TEST_URL')).host;
/** More than we publish, and as much as a broker takes unless told otherwise. */
const HUGE = Buffer.from(`{"slug":"${'x'.repeat(1_040_000)}"}`);

/** What only a foreign producer can send: the port of our own bus has no bytes, and no missing keys and values. */
describe('what others put on slipway.commands', () => {
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  let app: InProcess;
  let intake: CommandIntake;
  let caller: BusCaller;
  let producer: Producer;

  beforeAll(async () => {
    const url = `${serverUrl('KAFKA_TEST_URL')}?prefix=${prefix}`;
    app = await InProcess.start({ bus: (clock) => new KafkaMessageBus({ url, clock, random, log: silentLog }) });
    const { bus, clock } = app.parts;
    intake = new CommandIntake({ bus, gateway: app.gateway, clock, log: silentLog });
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await Promise.all([intake.start(), producer.connect(), BusCaller.on(bus).then((one) => (caller = one))]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([producer.disconnect(), caller.leave(), intake.stop()]);
    await app.stop();
  });

  const send = (headers: IHeaders, value: Buffer | null, key: Buffer | null = null) =>
    producer.send({ topic: prefix + TOPICS.commands, messages: [{ key, value, headers, partition: 0 }] });

  const foreign: { what: string; headers: IHeaders; value: Buffer | null; key?: Buffer; code: string }[] = [
    { what: 'nothing at all', headers: {}, value: null, code: 'request.invalid' },
    {
      what: 'bytes that are no text',
      headers: { command: 'CreateEnvironment' },
      value: Buffer.from(random.bytes(500)),
      key: Buffer.from(random.bytes(20)),
      code: 'request.malformed',
    },
    {
      what: 'JSON with a broken character',
      headers: { command: 'CreateEnvironment' },
      value: Buffer.from('{"slug":"x","name":"\xff"}', 'latin1'),
      code: 'request.malformed',
    },
    { what: 'a header of bytes', headers: { command: Buffer.from([0xff, 0, 0xfe]) }, value: Buffer.from('{}'), code: 'command.unknown' },
    {
      what: 'headers given twice',
      headers: { command: ['CreateEnvironment', 'StartDeployment'] },
      value: Buffer.from('{}'),
      code: 'command.unknown',
    },
    {
      what: 'more than fits',
      headers: { command: 'CreateEnvironment' },
      value: HUGE,
      key: Buffer.from('huge'),
      code: 'request.too-large',
    },
    { what: 'an internal command', headers: { command: 'ReportAttempt' }, value: Buffer.from('{}'), code: 'command.unknown' },
  ];

  it.each(foreign)('$what: is answered and set aside, and stops nothing', async ({ what, headers, value, key = null, code }) => {
    const correlation = `foreign ${what}`;
    await send({ ...headers, 'correlation-id': correlation }, value, key);
    expect((await caller.reply(correlation)).value).toMatchObject({ status: 'refused', problem: { code } });
    const letter = await caller.deadLetter(correlation);
    expect(letter.headers).toMatchObject({ 'dead-letter-topic': TOPICS.commands, 'dead-letter-tries': '1' });
    expect(letter.headers['dead-letter-shortened']).toBe(value === HUGE ? 'true' : undefined);
    const good = `behind ${what}`;
    await send({ command: 'ChangeLifecycle', 'correlation-id': good }, Buffer.from('{"lifecycle":"default","name":"Plain"}'));
    expect((await caller.reply(good)).value.status).toBe('accepted');
  });

  it('an answer that nobody can get, as its topic is missing: is set aside, and comes with a replay once the topic is there', async () => {
    const ask = (slug: string) => {
      const headers = { command: 'CreateEnvironment', 'reply-to': 'team.answers', 'correlation-id': slug, 'command-id': slug };
      return send(headers, Buffer.from(JSON.stringify({ slug })));
    };
    await ask('missing');
    expect((await caller.deadLetter('missing')).headers['dead-letter-reason']).toMatch(/^reply\.no-topic: .*team\.answers/);
    const team = await BusCaller.on(app.parts.bus, 'team.answers');
    const { items } = await new Shop(app).shows(
      `${API}/dead-letters?group=slipway-commands&limit=200`,
      (page) => page.items?.length > 0,
      'dead letters',
    );
    const dead = items.find(({ headers }: { headers: Record<string, string> }) => headers['correlation-id'] === 'missing');
    expect((await app.ask('POST', `${API}/dead-letters/${dead.id}/replay`)).status).toBe(202);
    expect((await team.reply('missing')).value).toMatchObject({ status: 'accepted', resource: { slug: 'missing' } });
    await team.leave();
  });

  it('leaves every dead letter where people can find it', async () => {
    const { items } = (await app.ask('GET', `${API}/dead-letters?limit=200`)).json;
    expect(items.length).toBeGreaterThanOrEqual(foreign.length);
    expect(items.every(({ topic, reason }: { topic: string; reason: string }) => topic === TOPICS.commands && reason.length > 0)).toBe(
      true,
    );
  });
});
