import { freshTopics } from '@slipway/adapters/message-bus/kafka/fresh-topics.fixture';
import { freshDatabase, type FreshDatabase } from '@slipway/adapters/postgres/fresh-database.fixture';
import { DoubleProcess } from '../doubles/eventstoredb/double-process.fixture';
import { script } from '../e2e/support/project';
import { Slipway } from '../e2e/support/with-slipway';
import { asStored } from '../support/processes/chain';
import { temporaryFolder } from '../support/processes/folders';
import { brokenInvariants, unended } from '../support/processes/invariants';
import { plainLog } from '../support/processes/plain-log';
import { type ProcessSettings, Program, type ProgramName } from '../support/processes/program';
import { SlipwayProcess } from '../support/processes/slipway-process';

jest.setTimeout(120_000);

describe('one process on a mix of stores', () => {
  const double = new DoubleProcess();
  const topics = freshTopics();
  let database: FreshDatabase;
  let another: FreshDatabase;

  beforeAll(async () => {
    [database, another] = [await freshDatabase(), await freshDatabase()];
    await double.start();
  });
  afterAll(async () => {
    await double.dispose();
    await topics.drop();
    await database.drop();
    await another.drop();
  });

  const mixes: [string, () => ProcessSettings & { EVENT_STORE_URL: string }][] = [
    ['the log in EventStoreDB, read models in SQLite', () => ({ EVENT_STORE_URL: double.url })],
    ['the log in PostgreSQL, read models in SQLite, Kafka', () => ({ EVENT_STORE_URL: database.url, MESSAGE_BUS_URL: topics.url })],
    ['log and read models in PostgreSQL', () => ({ EVENT_STORE_URL: another.url, READ_STORE_URL: another.url })],
  ];

  it.each(mixes)('%s: deploys, outlives kill -9, and a plain client exports the history that the audit exports', async (_, settings) => {
    const urls = settings();
    const slipway = new Slipway(new SlipwayProcess(urls));
    try {
      await slipway.start();
      const shop = await slipway.project([script('say', 'echo said')]);
      await shop.cut('1.0.0');
      await shop.take('1.0.0', 'development', 'staging');
      const pending = await shop.deploy('1.0.0', 'production');
      await slipway.process.kill();
      await slipway.process.start();
      await slipway.client.until(pending, 'succeeded', 'failed');
      await shop.cut('1.1.0');

      const exported = (await slipway.exported()).map(asStored);
      const stored = await plainLog(urls.EVENT_STORE_URL);
      expect(exported).toEqual(stored);
      expect(stored.filter(({ type }) => type === 'DeploymentOpened')).toHaveLength(3);
      expect([...brokenInvariants(stored), ...unended(stored)]).toEqual([]);
    } finally {
      await slipway.dispose();
    }
  });
});

describe('one process of several', () => {
  const [server, bus] = ['postgres://127.0.0.1/slipway', 'kafka://127.0.0.1:9092'];

  it.each<[ProgramName, ProcessSettings, RegExp]>([
    [
      'api',
      { EVENT_STORE_URL: server, MESSAGE_BUS_URL: bus },
      /READ_STORE_URL must be postgres:.*a SQLite file is written by one process alone/,
    ],
    ['processor', { READ_STORE_URL: server, MESSAGE_BUS_URL: bus }, /EVENT_STORE_URL must be esdb:.* or postgres:.*a SQLite file/],
    [
      'api',
      { EVENT_STORE_URL: server, READ_STORE_URL: server },
      /MESSAGE_BUS_URL must be kafka:.*the embedded bus lives inside one process/,
    ],
    ['worker', {}, /MESSAGE_BUS_URL must be kafka:.*the embedded bus lives inside one process/],
  ])('as %s refuses to start on what it could not share: %j', async (name, settings, reason) => {
    const program = new Program(name, { SLIPWAY_DATA_DIR: temporaryFolder(), ...settings });
    const { code, said } = await program.refusesToStart();
    expect(code).toBe(1);
    expect(said).toMatch(reason);
    expect(said).toMatch(/All in one process: npm start/);
  });
});
