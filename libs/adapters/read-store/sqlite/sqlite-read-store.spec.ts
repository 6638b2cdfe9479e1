import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { readStoreContract } from '@slipway/kernel/testing/read-store.contract';
import { READINGS, SAMPLES, at, reading } from '@slipway/kernel/testing/read-store.fixture';
import { SqliteReadStore } from './sqlite-read-store';

const folder = mkdtempSync(join(tmpdir(), 'slipway-read-store-'));
let files = 0;
const newPath = () => join(folder, `${(files += 1)}.db`);

afterAll(() => rmSync(folder, { recursive: true }));

readStoreContract('SQLite in memory', () => new SqliteReadStore(':memory:'));
readStoreContract('SQLite in a file', () => new SqliteReadStore(newPath()));

const change = { table: READINGS, key: ['a'], row: reading('a') };

describe('a SQLite read store file', () => {
  it('keeps rows and checkpoints when it is opened again', async () => {
    const path = newPath();
    const first = new SqliteReadStore(path);
    await first.prepare(SAMPLES);
    await first.commit('samples@1', undefined, at(2n ** 60n), [change]);
    await first.close();
    const second = new SqliteReadStore(path);
    await second.prepare(SAMPLES);
    expect(await second.read(SAMPLES, async (s) => [await s.select(READINGS), s.position])).toEqual([[reading('a')], 2n ** 60n]);
    await second.close();
  });

  it('of a newer Slipway is refused and left as it is', () => {
    const path = newPath();
    const other = new Database(path);
    other.exec('CREATE TABLE future (x); PRAGMA user_version = 7');
    other.close();
    const before = readFileSync(path);
    expect(() => new SqliteReadStore(path)).toThrow(expect.objectContaining({ code: 'read-store.newer', retryable: false }));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('of another program is refused and left as it is', () => {
    const path = newPath();
    const other = new Database(path);
    other.exec('CREATE TABLE cookies (x)');
    other.close();
    const before = readFileSync(path);
    expect(() => new SqliteReadStore(path)).toThrow(expect.objectContaining({ code: 'read-store.foreign' }));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('that is no database is refused with its remedy', () => {
    const path = newPath();
    writeFileSync(path, 'not a database, but long enough to look at: '.repeat(200));
    expect(() => new SqliteReadStore(path)).toThrow(
      expect.objectContaining({ code: 'read-store.damaged', message: expect.stringContaining('delete') }),
    );
  });

  it('in a folder that does not exist is unavailable', () => {
    expect(() => new SqliteReadStore(join(folder, 'nowhere', 'x.db'))).toThrow(expect.objectContaining({ code: 'read-store.unavailable' }));
  });

  it('held by another writer is unavailable, retryable, and nothing was written', async () => {
    const path = newPath();
    const store = new SqliteReadStore(path);
    await store.prepare(SAMPLES);
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.commit('samples@1', undefined, at(1), [change])).rejects.toMatchObject({
      code: 'read-store.unavailable',
      retryable: true,
    });
    other.exec('ROLLBACK');
    other.close();
    await store.commit('samples@1', undefined, at(1), [change]);
    expect(await store.read(SAMPLES, (s) => s.count(READINGS))).toBe(1);
    await store.close();
  });

  it('that is full is unavailable, retryable, keeps what it had, and goes on once there is room', async () => {
    const store = new SqliteReadStore(newPath());
    await store.prepare(SAMPLES);
    await store.commit('samples@1', undefined, at(1), [change]);
    const connection = Reflect.get(store, 'connection') as { exec(text: string): void };
    connection.exec('PRAGMA max_page_count = 12');
    const large = Array.from({ length: 40 }, (_, n) => ({ ...change, key: [`${n}`], row: reading(`${n}`, { label: 'x'.repeat(5_000) }) }));
    await expect(store.commit('samples@1', at(1), at(2), large)).rejects.toMatchObject({ code: 'read-store.unavailable', retryable: true });
    expect(await store.read(SAMPLES, async (s) => [await s.count(READINGS), s.position])).toEqual([1, 1n]);
    connection.exec('PRAGMA max_page_count = 100000');
    await store.commit('samples@1', at(1), at(2), large);
    expect(await store.read(SAMPLES, (s) => s.count(READINGS))).toBe(41);
    await store.close();
  });

  it('answers nothing after it was closed, and leaves no journal behind', async () => {
    const path = newPath();
    const store = new SqliteReadStore(path);
    await store.prepare(SAMPLES);
    await store.close();
    await store.close();
    await expect(store.checkpoints()).rejects.toMatchObject({ code: 'read-store.closed' });
    await expect(store.write([change])).rejects.toMatchObject({ code: 'read-store.closed' });
    expect(existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`).length : 0).toBe(0);
  });
});
