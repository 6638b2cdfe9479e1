import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { eventually, ManualClock } from '@slipway/kernel/testing';
import { messageBusContract } from '@slipway/kernel/testing/message-bus.contract';
import Database from 'libsql';
import { SCHEMA_VERSION } from './schema';
import { SqliteMessageBus } from './sqlite-message-bus';

const clock = new SystemClock();
const newFolder = () => mkdtempSync(join(tmpdir(), 'slipway-bus-'));

messageBusContract(
  'in SQLite',
  async () => {
    const folder = newFolder();
    const file = join(folder, 'bus.db');
    return {
      bus: new SqliteMessageBus({ file, clock }),
      clock,
      reopen: async () => new SqliteMessageBus({ file, clock }),
      dispose: async () => rmSync(folder, { recursive: true }),
    };
  },
  { durable: true },
);

describe('the message bus in a SQLite file', () => {
  let folder: string;
  let file: string;
  const buses: SqliteMessageBus[] = [];

  beforeEach(() => {
    folder = newFolder();
    file = join(folder, 'bus.db');
  });

  afterEach(async () => {
    for (const bus of buses.splice(0)) await bus.close();
    rmSync(folder, { recursive: true });
  });

  const open = (path: string) => {
    const bus = new SqliteMessageBus({ file: path, clock });
    buses.push(bus);
    return bus;
  };

  /** The files as a process that is killed now leaves them. */
  const crash = () => {
    const left = join(folder, 'left.db');
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, left + suffix);
    return left;
  };

  it('delivers again, in order, what was not acknowledged when its process was killed', async () => {
    const bus = open(file);
    await bus.ensureTopics([{ name: 't', partitions: 2 }]);
    let release = () => {};
    const stuck = new Promise<void>((resolve) => (release = resolve));
    const before: string[] = [];
    bus.consume({
      topics: ['t'],
      group: 'g',
      concurrency: 4,
      handle: async ({ value }) => {
        before.push(value);
        if (value === 'a:3') await stuck;
      },
    });
    await bus.publish(['a:1', 'a:2', 'a:3', 'a:4', 'a:5'].map((value) => ({ topic: 't', key: 'a', value })));
    await eventually(() => before.includes('a:3'), 'the delivery that never ends');
    await bus.publish([{ topic: 't', key: 'a', value: 'a:6' }]);

    const again = open(crash());
    release();
    const after: string[] = [];
    again.consume({ topics: ['t'], group: 'g', concurrency: 4, handle: async ({ value }) => void after.push(value) });
    await eventually(() => after.includes('a:6'), 'the last message');
    // The publish carried the acknowledgements along: only what was open comes again.
    expect(after).toEqual(['a:3', 'a:4', 'a:5', 'a:6']);
  });

  it('stores acknowledgements soon after handling, without anything else happening', async () => {
    const bus = open(file);
    await bus.ensureTopics([{ name: 't', partitions: 1 }]);
    bus.consume({ topics: ['t'], group: 'g', handle: async () => undefined });
    await bus.publish([{ topic: 't', key: 'a', value: '1' }]);
    const reader = new Database(file);
    const stored = reader.prepare('SELECT max("offset") AS "offset" FROM group_offset');
    await eventually(() => (stored.get() as { offset: number }).offset === 1, 'the stored acknowledgement');
    reader.close();
  });

  it('keeps every message of many publishers that publish at once, and each call in its order', async () => {
    const bus = open(file);
    await bus.ensureTopics([{ name: 't', partitions: 4 }]);
    await Promise.all(
      Array.from({ length: 500 }, (_, number) =>
        bus.publish([0, 1].map((part) => ({ topic: 't', key: `k${number % 20}`, value: `${number}.${part}` }))),
      ),
    );
    const again = open(crash());
    const got = new Map<string, string[]>();
    again.consume({ topics: ['t'], group: 'g', handle: async ({ key, value }) => void got.set(key, [...(got.get(key) ?? []), value]) });
    await eventually(() => [...got.values()].flat().length === 1_000, 'all messages');
    expect(got.get('k3')).toEqual(Array.from({ length: 25 }, (_, round) => [`${round * 20 + 3}.0`, `${round * 20 + 3}.1`]).flat());
  });

  it('never uses an offset twice, even after everything was trimmed and it was opened again', async () => {
    const first = open(file);
    await first.ensureTopics([{ name: 't', partitions: 1 }]);
    const handled: string[] = [];
    const consumer = first.consume({ topics: ['t'], group: 'g', handle: async ({ value }) => void handled.push(value) });
    await first.publish([{ topic: 't', key: 'a', value: '1' }]);
    await eventually(() => handled.length === 1, 'the first message');
    await consumer.stop();
    await first.close();
    const trimmer = new Database(file);
    trimmer.exec('DELETE FROM message');
    trimmer.close();
    const second = open(file);
    second.consume({ topics: ['t'], group: 'g', handle: async ({ value }) => void handled.push(value) });
    await second.publish([{ topic: 't', key: 'a', value: '2' }]);
    await eventually(() => handled.includes('2'), 'the message after trimming');
  });

  it('trims what was acknowledged a day ago, and its file stops growing', async () => {
    const moved = new ManualClock();
    const bus = new SqliteMessageBus({ file, clock: moved });
    buses.push(bus);
    await bus.ensureTopics([{ name: 't', partitions: 1 }]);
    const handled: string[] = [];
    bus.consume({ topics: ['t'], group: 'g', handle: async ({ value }) => void handled.push(value) });
    for (let day = 1; day <= 3; day += 1) {
      await bus.publish([1, 2, 3].map((number) => ({ topic: 't', key: 'a', value: `${day}.${number}` })));
      await eventually(() => handled.length === 3 * day, `day ${day}`);
      await moved.advance(86_400_001);
    }
    await bus.publish([{ topic: 't', key: 'a', value: 'last' }]);
    const reader = new Database(file);
    expect((reader.prepare('SELECT value FROM message ORDER BY id').all() as { value: string }[]).map(({ value }) => value)).toEqual([
      'last',
    ]);
    reader.close();
    await eventually(() => handled.includes('last'), 'the last message');
  });

  it('refuses a file of a newer Slipway and leaves it as it is', () => {
    const newer = new Database(file);
    newer.exec(`CREATE TABLE future (id INTEGER); PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    newer.close();
    const before = readFileSync(file);
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'message-bus.newer-schema', retryable: false }));
    expect(() => open(file)).toThrow(/newer Slipway \(schema 2, this one knows 1\)/);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('refuses to publish while another process writes, retryably and without storing anything, and goes on afterwards', async () => {
    const bus = open(file);
    await bus.ensureTopics([{ name: 't', partitions: 1 }]);
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(bus.publish([{ topic: 't', key: 'a', value: '1' }])).rejects.toMatchObject({
      code: 'message-bus.unavailable',
      retryable: true,
    });
    other.exec('ROLLBACK');
    other.close();
    await bus.publish([{ topic: 't', key: 'a', value: '2' }]);
    const handled: string[] = [];
    bus.consume({ topics: ['t'], group: 'g', handle: async ({ value }) => void handled.push(value) });
    await eventually(() => handled.length > 0, 'the message');
    expect(handled).toEqual(['2']);
  });

  it('names the file that it cannot open', () => {
    expect(() => open(join(folder, 'missing', 'bus.db'))).toThrow(
      expect.objectContaining({ code: 'message-bus.cannot-open', retryable: false }),
    );
    writeFileSync(file, 'these are somebody’s notes, and no database at all '.repeat(40));
    expect(() => open(file)).toThrow(/cannot open .*bus\.db/);
    expect(readFileSync(file, 'utf8')).toContain('notes');
  });
});
