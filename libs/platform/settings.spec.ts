import { readSettings } from './settings';

function faultOf(environment: Record<string, string>): string {
  try {
    readSettings(environment);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('settings', () => {
  it('have defaults that need nothing but a folder', () => {
    const { settings } = readSettings({});
    expect({ ...settings }).toEqual({
      EVENT_STORE_URL: 'sqlite:./data/events.db',
      READ_STORE_URL: 'sqlite:./data/read.db',
      MESSAGE_BUS_URL: 'embedded:',
      TOPIC_PARTITIONS: 16,
      TOPIC_RETENTION_HOURS: 168,
      SLIPWAY_DATA_DIR: './data',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: 3000,
      WORKER_POOLS: ['default'],
      WORKER_CONCURRENCY: 10,
      LEASE_SECONDS: 30,
      EGRESS_ALLOW: [],
      EGRESS_DENY: [],
      SLIPWAY_SECRET_KEY: '',
      SLIPWAY_SECRET_KEY_FILE: './data/secret.key',
      SSE_CLIENTS: 100,
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'text',
      OTEL_EXPORTER_OTLP_ENDPOINT: '',
    });
  });

  it('put the stores into the data folder, and take empty values for absent ones', () => {
    const { settings } = readSettings({ SLIPWAY_DATA_DIR: ' /srv/slipway ', HTTP_PORT: '', WORKER_POOLS: 'web, db' });
    expect(settings).toMatchObject({ EVENT_STORE_URL: 'sqlite:/srv/slipway/events.db', HTTP_PORT: 3000, WORKER_POOLS: ['web', 'db'] });
  });

  it.each([
    ['HTTP_HOST', '0.0.0.0'],
    ['HTTP_HOST', '192.168.1.7'],
    ['HTTP_HOST', '127.0.0.1.example.org'],
    ['HTTP_PORT', '70000'],
    ['HTTP_PORT', '-1'],
    ['HTTP_PORT', 'http'],
    ['HTTP_PORT', '80.5'],
    ['EVENT_STORE_URL', 'mysql://hidden'],
    ['EVENT_STORE_URL', 'sqlite:'],
    ['READ_STORE_URL', 'esdb://hidden'],
    ['MESSAGE_BUS_URL', 'amqp://hidden'],
    ['TOPIC_PARTITIONS', '0'],
    ['TOPIC_RETENTION_HOURS', 'P7D'],
    ['WORKER_POOLS', 'Web'],
    ['WORKER_POOLS', 'web,,db'],
    ['WORKER_CONCURRENCY', '0'],
    ['LEASE_SECONDS', '1'],
    ['EGRESS_ALLOW', '10.0.0.0/33'],
    ['EGRESS_ALLOW', '10.0.0.0/8,'],
    ['EGRESS_DENY', 'https://example.org'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
  ])('refuse %s=%s, naming the key and not the value', (key, value) => {
    expect(faultOf({ [key]: value })).toMatch(new RegExp(`^Slipway cannot start with these settings: ${key} `));
    expect(faultOf({ [key]: `${value}hidden` })).not.toContain('hidden');
  });

  it.each([
    ['HTTP_PORT', 'must be a port from 0 to 65535', ['abc', '65536', '-1', '80.5', '0x50', '1e3']],
    ['WORKER_CONCURRENCY', 'must be a whole number from 1 to 1000', ['abc', '0', '1001', '1.5']],
    ['LEASE_SECONDS', 'must be whole seconds from 3 to 3600', ['abc', '2', '3601', '30s']],
  ])('say what %s must be in the same words, whatever it is', (key, words, values) => {
    for (const value of values) expect(faultOf({ [key]: value })).toBe(`Slipway cannot start with these settings: ${key} ${words}.`);
  });

  it('take numbers up to their bounds', () => {
    expect(readSettings({ HTTP_PORT: '65535', WORKER_CONCURRENCY: '1000', LEASE_SECONDS: '3' }).settings).toMatchObject({
      HTTP_PORT: 65_535,
      WORKER_CONCURRENCY: 1_000,
      LEASE_SECONDS: 3,
    });
  });

  it('take addresses, ranges and hosts for the egress policy', () => {
    const { settings } = readSettings({ EGRESS_ALLOW: '169.254.10.1, fd00:ec2::/32', EGRESS_DENY: 'db.example.org,10.0.0.0/8' });
    expect(settings).toMatchObject({ EGRESS_ALLOW: ['169.254.10.1', 'fd00:ec2::/32'], EGRESS_DENY: ['db.example.org', '10.0.0.0/8'] });
  });

  it('name every key that is wrong', () => {
    expect(faultOf({ HTTP_PORT: 'x', LEASE_SECONDS: 'y' })).toMatch(/HTTP_PORT .*LEASE_SECONDS /);
  });

  it('listen to this machine only', () => {
    for (const host of ['127.0.0.1', '127.8.9.10', '::1', 'localhost'])
      expect(readSettings({ HTTP_HOST: host }).settings.HTTP_HOST).toBe(host);
  });

  it('take the address of a collector, and no user and password in it', () => {
    for (const endpoint of ['http://127.0.0.1:4318', 'https://otel.example.org/collector/'])
      expect(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }).settings.OTEL_EXPORTER_OTLP_ENDPOINT).toBe(endpoint);
    for (const endpoint of ['otel:4318', 'grpc://otel', 'http://', 'http://ada:hidden@otel', 'http://otel/?key=hidden'])
      expect(faultOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toMatch(/: OTEL_EXPORTER_OTLP_ENDPOINT must be http\(s\):[^=]*$/);
  });

  it('take a key of 64 hex digits, and never show one that is none', () => {
    expect(readSettings({ SLIPWAY_SECRET_KEY: 'aB'.repeat(32) }).settings.SLIPWAY_SECRET_KEY).toBe('aB'.repeat(32));
    const fault = faultOf({ SLIPWAY_SECRET_KEY: 'precious' });
    expect(fault).toMatch(/SLIPWAY_SECRET_KEY must have 64 hex digits/);
    expect(fault).not.toContain('precious');
  });
});
