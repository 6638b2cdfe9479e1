import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileLogStore } from '@slipway/adapters/log-store/files/file-log-store';
import { type Delivery, TOPICS } from '@slipway/kernel';
import { LogIntake } from './log-intake';

const attempt = { deployment: '019b8d2e-0000-7000-8000-000000000001', step: 'Deploy', attempt: 1, token: 1 };
const chunk = { number: 1, at: '2026-01-05T08:00:00.000Z', source: 'stdout', text: 'hello\n' };

function delivery(value: string): Delivery {
  return { topic: TOPICS.logs, key: attempt.deployment, value, headers: {}, partition: 0, offset: 1n, publishedAt: 0 };
}

describe('what steps print', () => {
  let folder: string;
  let store: FileLogStore;
  let intake: LogIntake;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-logs-'));
    store = new FileLogStore(folder);
    intake = new LogIntake(store);
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is stored once, though it comes twice', async () => {
    const value = JSON.stringify({ attempt, chunks: [chunk, { ...chunk, number: 2, source: 'slipway', text: 'a note' }] });
    await intake.take(delivery(value));
    await intake.take(delivery(value));
    const { chunks } = await store.read(attempt.deployment, { after: 0, limit: 10 });
    expect(chunks.map(({ text }) => text)).toEqual(['hello\n', 'a note']);
  });

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['no attempt', JSON.stringify({ chunks: [chunk] })],
    ['half an attempt', JSON.stringify({ attempt: { ...attempt, token: undefined }, chunks: [chunk] })],
    ['no chunks', JSON.stringify({ attempt })],
    ['a chunk without a number', JSON.stringify({ attempt, chunks: [{ ...chunk, number: '1' }] })],
    ['a chunk of an unknown source', JSON.stringify({ attempt, chunks: [{ ...chunk, source: 'radio' }] })],
    ['a chunk that is null', JSON.stringify({ attempt, chunks: [null] })],
  ])('is refused as unreadable: %s', async (_what, value) => {
    await expect(intake.take(delivery(value))).rejects.toMatchObject({ isDomainError: true, code: 'log.unreadable' });
  });
});
