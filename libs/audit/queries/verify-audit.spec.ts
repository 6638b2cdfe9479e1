import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { Checkpoints, type Clock, EventCatalogue, type EventStore, Ids, type ReadStore, SubscriptionHub } from '@slipway/kernel';
import { ManualClock, SeededRandom } from '@slipway/kernel/testing';
import { ReadModels } from '@slipway/platform';
import Database from 'libsql';
import { HistoryWriter, RecordedHistory } from '../audit.fixture';
import { type Verification, VerifyAudit, VerifyHistory, VerifyHistoryHandler } from './verify-audit.query';

const clock = new ManualClock();
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Positions: web 1 2 4 6, $claim 3, api 5 7. */
async function written(history: HistoryWriter): Promise<void> {
  await history.happened('project-web', { type: 'Made', data: { slug: 'web' } }, { data: { number: 1 } });
  await history.claimed('command-1');
  await history.happened('project-web', { data: { text: 'ä\u2028', list: [1.5, { deep: null }] }, traceparent: TRACE });
  await history.happened('project-api', { type: 'Made', data: { slug: 'api' } });
  await history.happened('project-web', { type: 'Changed', actor: 'bob' });
  await history.happened('project-api', { type: 'Changed' });
}

function modelsOver(store: EventStore, rows: ReadStore, at: Clock): ReadModels {
  return new ReadModels(rows, store, new Checkpoints(new SubscriptionHub(), rows, at), new EventCatalogue([]), at);
}

describe('verifying history in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-verify-'));
  const file = join(folder, 'events.db');
  const opened = () => SqliteEventStore.open({ file, clock, ids: new Ids(clock, new SeededRandom('file')) });

  beforeEach(async () => {
    const history = new HistoryWriter(opened(), clock);
    await written(history);
    await history.store.close();
  });
  afterEach(() => ['', '-wal', '-shm'].forEach((end) => rmSync(file + end, { force: true })));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function verified(asked: Partial<VerifyAudit> = {}): Promise<Verification> {
    const store = opened();
    const rows = new SqliteReadStore(':memory:');
    const models = modelsOver(store, rows, clock);
    const handler = new VerifyHistoryHandler(models, store, clock);
    try {
      return (await handler.execute(new VerifyHistory(Object.assign(new VerifyAudit(), asked), {}))).body;
    } finally {
      await store.close();
    }
  }

  function tamper(...statements: string[]): void {
    const db = new Database(file);
    for (const statement of statements) db.exec(statement);
    db.close();
  }

  it('finds every event of every stream to be what was stored, and looks at none of the system', async () => {
    expect(await verified()).toEqual({ verified: true, events: 6, streams: 2, asOf: { at: clock.timestamp(), position: '7' } });
    tamper(`UPDATE events SET data = '{"other":1}' WHERE stream = 'command-1'`);
    expect(await verified()).toMatchObject({ verified: true, events: 6 });
  });

  const set = (column: string, value: string) => `UPDATE events SET ${column} = ${value} WHERE position = 4`;

  it.each([
    ['data', set('data', `replace(data, '1.5', '1.6')`), 'event-altered'],
    ['one key moved in the data', set('data', `'{"list":[1.5,{"deep":null}],"text":"ä\u2028"}'`), 'event-altered'],
    ['actor', set('metadata', `json_set(metadata, '$.actor', 'eve')`), 'event-altered'],
    ['time', set('metadata', `json_set(metadata, '$.at', '2020-01-01T00:00:00.000Z')`), 'event-altered'],
    ['command', set('metadata', `json_set(metadata, '$.command', 'Undo')`), 'event-altered'],
    ['command id', set('metadata', `json_set(metadata, '$.commandId', 'x')`), 'event-altered'],
    ['correlation', set('metadata', `json_set(metadata, '$.correlationId', 'x')`), 'event-altered'],
    ['cause', set('metadata', `json_set(metadata, '$.causationId', 'x')`), 'event-altered'],
    ['trace context', set('metadata', `json_remove(metadata, '$.traceparent')`), 'event-altered'],
    ['hash', set('metadata', `json_set(metadata, '$.hash', '${'0'.repeat(64)}')`), 'event-altered'],
    ['hash taken away', set('metadata', `json_remove(metadata, '$.hash')`), 'event-altered'],
    ['a strange key', set('metadata', `json_set(metadata, '$.more', 1)`), 'event-altered'],
    ['id', set('id', `'other'`), 'event-altered'],
    ['type', set('type', `'Unmade'`), 'event-altered'],
    ['stream', set('stream', `'project-new'`), 'event-missing'],
    ['version', set('version', '9'), 'event-missing'],
    ['bytes that are no JSON', set('data', `'{"text"'`), 'event-unreadable'],
    ['bytes that are no object', set('metadata', `'null'`), 'event-unreadable'],
  ])('names the first broken event by %s', async (_field, statement, code) => {
    tamper(statement);
    expect(await verified()).toMatchObject({
      verified: false,
      events: 2,
      firstBroken: { position: '4', reason: { code, message: expect.stringMatching(/\w.*\.$/) } },
    });
    expect(await verified({ to: '3' })).toMatchObject({ verified: true, events: 2, streams: 1, asOf: { position: '3' } });
    expect(await verified({ stream: 'project-api' })).toMatchObject({ verified: true, events: 2, streams: 1 });
  });

  it('names who stands behind a gap', async () => {
    tamper('DELETE FROM events WHERE position = 2');
    expect(await verified()).toMatchObject({
      events: 1,
      firstBroken: {
        position: '4',
        stream: 'project-web',
        version: 2,
        reason: { code: 'event-missing', facts: { expected: 1, found: 2 } },
      },
    });
    tamper('DELETE FROM events WHERE position = 1');
    expect(await verified({ stream: 'project-web' })).toMatchObject({
      events: 0,
      firstBroken: { version: 2, reason: { code: 'event-missing', facts: { expected: 0 } } },
    });
  });

  it('tells two events that changed places from one that is gone', async () => {
    tamper(
      ...['position = -4 WHERE position = 4', 'position = 4 WHERE position = 6', 'position = 6 WHERE position = -4'].map(
        (change) => `UPDATE events SET ${change}`,
      ),
    );
    const { firstBroken } = await verified();
    expect(firstBroken).toMatchObject({ position: '4', version: 3, reason: { code: 'event-misplaced', events: [expect.any(String)] } });
  });

  it('finds two events that changed places and versions by their hashes', async () => {
    tamper(
      ...['-1', '-2'].map((at, index) => `UPDATE events SET position = ${at}, version = ${at} WHERE position = ${index === 0 ? 2 : 4}`),
      'UPDATE events SET position = 4, version = 2 WHERE position = -1',
      'UPDATE events SET position = 2, version = 1 WHERE position = -2',
    );
    expect(await verified()).toMatchObject({ events: 1, firstBroken: { position: '2', version: 1, reason: { code: 'event-altered' } } });
  });

  it('finds what was put in between', async () => {
    tamper(
      'INSERT INTO events (position, stream, version, id, type, data, metadata) ' +
        `SELECT 8, stream, 4, 'forged', 'Made', data, metadata FROM events WHERE position = 6`,
    );
    expect(await verified()).toMatchObject({ events: 6, firstBroken: { position: '8', id: 'forged', reason: { code: 'event-altered' } } });
  });

  it('begins in the middle with the hash before, and so finds that this one was changed', async () => {
    expect(await verified({ from: '4' })).toMatchObject({ verified: true, events: 4, streams: 2 });
    expect(await verified({ from: '4', stream: 'project-web' })).toMatchObject({ verified: true, events: 2, streams: 1 });
    tamper(`UPDATE events SET data = '{}' WHERE position = 2`);
    expect(await verified({ from: '4' })).toMatchObject({ verified: true, events: 4 });
    tamper(`UPDATE events SET metadata = json_set(metadata, '$.hash', 'x') WHERE position = 2`);
    expect(await verified({ from: '4' })).toMatchObject({ events: 0, firstBroken: { position: '4', reason: { code: 'event-altered' } } });
    tamper('DELETE FROM events WHERE position = 2');
    expect(await verified({ from: '4' })).toMatchObject({ events: 0, firstBroken: { position: '4', reason: { code: 'event-missing' } } });
  });

  it('refuses what cannot be verified', async () => {
    await expect(verified({ stream: 'nothing' })).rejects.toMatchObject({ code: 'stream.not-found' });
    await expect(verified({ stream: 'command-1' })).rejects.toMatchObject({ code: 'stream.not-found' });
    await expect(verified({ from: '3', to: '2' })).rejects.toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/from' }] });
  });

  it('never calls verified what is not there: a log that ends before a position that somebody has seen', async () => {
    expect(await verified({ to: '7' })).toMatchObject({ verified: true });
    tamper('DELETE FROM events WHERE position = 7');
    expect(await verified()).toMatchObject({ verified: true, asOf: { position: '6' } });
    await expect(verified({ to: '7' })).rejects.toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/to' }] });
    await expect(verified({ from: '7' })).rejects.toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/from' }] });
  });
});

describe('verifying a long history', () => {
  it('leaves other work its turn, and no page is larger than it must be', async () => {
    const history = new RecordedHistory();
    await history.filled(20_000);
    const rows = new SqliteReadStore(':memory:');
    const models = modelsOver(history.store, rows, history.clock);
    const walk = new VerifyHistoryHandler(models, history.store, history.clock).execute(new VerifyHistory(new VerifyAudit(), {}));
    let turns = 0;
    let over = false;
    void walk.then(() => (over = true));
    for (; !over; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect((await walk).body).toMatchObject({ verified: true, events: 20_000, streams: 80 });
    expect(turns).toBeGreaterThan(90);
  });
});
