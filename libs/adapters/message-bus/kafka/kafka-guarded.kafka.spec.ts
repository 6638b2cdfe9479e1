import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { type Log, silentLog } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } from 'kafkajs';
import { KafkaMessageBus } from './kafka-message-bus';
import { OwnBroker } from './own-broker.fixture';

jest.setTimeout(60_000);

const PASSWORD = 'p:a/s@s';

describe('Kafka that is guarded by TLS and a password', () => {
  let broker: OwnBroker;
  const buses: KafkaMessageBus[] = [];

  beforeAll(async () => {
    broker = await OwnBroker.create({ password: PASSWORD });
    await broker.start();
  });
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
  });
  afterAll(() => broker.dispose());

  const open = (password: string, parameters: string, log: Log = silentLog) => {
    const url = `kafka://slipway:${encodeURIComponent(password)}@${broker.guardedPlace}?${parameters}`;
    const bus = new KafkaMessageBus({ url, clock: new SystemClock(), random: new SystemRandom(), log });
    buses.push(bus);
    return bus;
  };

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('takes and brings messages by %s', async (mechanism) => {
    const bus = open(PASSWORD, `sasl=${mechanism}&ca=${broker.certificate}&prefix=${mechanism}.`);
    await bus.ensureTopics([{ name: 't', partitions: 1 }]);
    const handled: string[] = [];
    bus.consume({ topics: ['t'], group: 'g', handle: async ({ value }) => void handled.push(value) });
    await bus.publish([{ topic: 't', key: 'a', value: '1' }]);
    await eventually(() => handled.length === 1, 'the message');
  });

  it('ensures topics also for who may not ask how long they keep messages', async () => {
    const plain = new Kafka({ brokers: [new URL(broker.url).host], logLevel: logLevel.NOTHING }).admin();
    await plain.connect();
    await plain.createTopics({ topics: [{ topic: 'closed.t', configEntries: [{ name: 'retention.ms', value: '3600000' }] }] });
    const rule = { resourceType: AclResourceTypes.TOPIC, resourceName: 'closed.t', resourcePatternType: ResourcePatternTypes.LITERAL, principal: 'User:slipway', host: '*' }; // prettier-ignore
    const { ALL, DESCRIBE_CONFIGS } = AclOperationTypes;
    const { ALLOW, DENY } = AclPermissionTypes;
    await plain.createAcls({ acl: [{ ...rule, operation: ALL, permissionType: ALLOW }, { ...rule, operation: DESCRIBE_CONFIGS, permissionType: DENY }] }); // prettier-ignore
    await plain.disconnect();

    const told: string[] = [];
    const log = { ...silentLog, debug: (message: string) => void told.push(message), warn: (message: string) => void told.push(message) };
    const bus = open(PASSWORD, `sasl=plain&ca=${broker.certificate}&prefix=closed.`, log);
    await bus.ensureTopics([{ name: 't', partitions: 1, retentionMs: 60_000 }]);
    await bus.publish([{ topic: 't', key: 'a', value: '1' }]);
    expect(told).toContain('its user may not ask how long topics keep messages: not compared with the settings');
  });

  it.each([
    ['a wrong password', 'wr:ong', () => `sasl=scram-sha-512&ca=${broker.certificate}`, /authentication failed/i],
    ['a broker that nobody known vouches for', PASSWORD, () => 'sasl=scram-sha-512&tls=true', /self-signed certificate/],
    ['talk without TLS', PASSWORD, () => 'sasl=scram-sha-512', /./],
  ])('says that it waits for somebody to mend %s, without the password', async (_, password, parameters, reason) => {
    const bus = open(password, parameters());
    const refusal = await bus.ensureTopics([{ name: 't', partitions: 1 }]).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'message-bus.unavailable', retryable: true, message: expect.stringMatching(reason) as string });
    expect(bus.trouble()).toMatch(/^Kafka at 127\.0\.0\.1:\d+ did not say which topics it has: /);
    expect(bus.trouble()).not.toContain(password);
  });

  it('refuses to start with authorities that cannot be read', () => {
    expect(() => open(PASSWORD, 'sasl=plain&ca=/none.pem')).toThrow(
      expect.objectContaining({ code: 'settings.invalid', retryable: false }),
    );
  });
});
