import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { openEventFile, SCHEMA_VERSION } from './event-file';

describe('event file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-file-'));
    file = join(folder, 'events.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = () => openEventFile(file, () => 'log-1');
  const contentOf = () =>
    readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs, readFileSync(join(folder, name), 'hex')]);
  const setUp = (sql: string) => {
    const db = new Database(file);
    db.exec(sql);
    db.close();
  };

  it('is durable before it answers: write-ahead log, every commit synced', () => {
    const db = open();
    expect(db.pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(db.pragma('synchronous')).toEqual([{ synchronous: 2 }]);
    db.close();
  });

  it('is opened again as it was', () => {
    open().close();
    const db = openEventFile(file, () => 'another');
    expect(db.prepare('SELECT id FROM log').raw().all([])).toEqual([['log-1']]);
    db.close();
  });

  it('is created in an empty file', () => {
    writeFileSync(file, '');
    open().close();
    expect(statSync(file).size).toBeGreaterThan(0);
  });

  it('of a newer schema is refused with the remedy, and nothing is touched', () => {
    open().close();
    setUp(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    const before = contentOf();
    expect(open).toThrow(
      expect.objectContaining({
        code: 'event-store.newer-schema',
        retryable: false,
        message: expect.stringMatching(
          new RegExp(`${file} has schema ${SCHEMA_VERSION + 1}.*up to ${SCHEMA_VERSION}.*start the version`),
        ) as string,
      }),
    );
    expect(contentOf()).toEqual(before);
  });

  it.each([
    ['a database of something else', () => setUp('CREATE TABLE customers (name TEXT)')],
    ['a text', () => writeFileSync(file, 'minutes of the meeting '.repeat(50))],
    ['a short text', () => writeFileSync(file, 'hello')],
  ])('is refused with the remedy when it is %s, and nothing is touched', (_, prepare) => {
    prepare();
    const before = contentOf();
    expect(open).toThrow(
      expect.objectContaining({
        code: 'event-store.foreign-file',
        message: expect.stringMatching(new RegExp(`${file} is not a Slipway event store.*name another file`)) as string,
      }),
    );
    expect(contentOf()).toEqual(before);
  });

  it('in a folder that does not exist is reported with its path', () => {
    expect(() => openEventFile(join(folder, 'missing', 'events.db'), () => 'log-1')).toThrow(
      expect.objectContaining({
        code: 'event-store.unavailable',
        message: expect.stringContaining(join(folder, 'missing', 'events.db')) as string,
      }),
    );
  });

  it('cut in the middle is reported as damaged, which no retry heals', () => {
    open().close();
    truncateSync(file, 5_000);
    expect(open).toThrow(expect.objectContaining({ code: 'event-store.failed', retryable: false }));
  });
});
