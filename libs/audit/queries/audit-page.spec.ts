import { RecordedHistory } from '../audit.fixture';
import { auditPage, SCAN_LIMIT } from './audit-page';
import type { AuditQuery } from './audit-query';

describe('a page of the audit', () => {
  let history: RecordedHistory;
  const page = (query: AuditQuery = {}) => auditPage(history.store, query);
  const positions = async (query: AuditQuery = {}) => (await page(query)).items.map(({ position }) => position);
  /** All pages, and how many they were. */
  async function walked(query: AuditQuery): Promise<{ positions: string[]; pages: number }> {
    const found: string[] = [];
    for (let [cursor, pages]: [string | undefined, number] = [undefined, 1]; ; pages += 1) {
      const { items, next } = await page({ ...query, ...(cursor === undefined ? {} : { cursor }) });
      expect(items.length).toBeLessThanOrEqual(query.limit ?? 50);
      found.push(...items.map(({ position }) => position));
      if (next === undefined) return { positions: found, pages };
      cursor = next;
    }
  }

  beforeEach(() => (history = new RecordedHistory()));

  it('is empty for an empty log', async () => {
    expect(await page()).toEqual({ items: [] });
  });

  it('shows who did what, when and why, as it is stored', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await history.happened('project-web', { type: 'NameOfLongAgo', data: { b: 1, a: [null, 'ä'] }, traceparent });
    const [stored] = await history.store.readStream('project-web');
    const { hash, commandId } = stored!.metadata;
    const why = {
      at: '2026-01-05T08:00:00.000Z',
      actor: 'ada',
      command: 'Do',
      commandId,
      correlationId: 'correlation-1',
      causationId: 'request-1',
    };
    expect(await page()).toEqual({
      items: [
        {
          position: '1',
          stream: 'project-web',
          version: 0,
          id: stored!.id,
          type: 'NameOfLongAgo',
          ...why,
          traceparent,
          hash,
          data: { b: 1, a: [null, 'ä'] },
        },
      ],
    });
  });

  it('goes on behind its last event until there is no next', async () => {
    await history.happened('a', {}, {}, {});
    await history.happened('b', {}, {});
    expect(await walked({ limit: 2 })).toEqual({ positions: ['1', '2', '3', '4', '5'], pages: 3 });
    expect(await walked({ limit: 5 })).toEqual({ positions: ['1', '2', '3', '4', '5'], pages: 1 });
    expect(await walked({ limit: 1, from: '4' })).toEqual({ positions: ['4', '5'], pages: 2 });
  });

  it('starts at a position or, where no event has it, at the next one', async () => {
    await history.happened('a', {});
    await history.claimed('command-1');
    await history.happened('a', {});
    expect(await positions({ from: '0' })).toEqual(['1', '3']);
    expect(await positions({ from: '1' })).toEqual(['1', '3']);
    expect(await positions({ from: '2' })).toEqual(['3']);
    expect(await positions({ from: '3', stream: 'a' })).toEqual(['3']);
    expect(await positions({ from: '4' })).toEqual([]);
    expect(await positions({ from: '9'.repeat(19) })).toEqual([]);
  });

  it('selects by stream, type, actor and time, each exactly and all together', async () => {
    const [early, late] = ['2026-01-05T08:00:00.000Z', '2026-01-05T09:00:00.500Z'];
    await history.happened('a', { type: 'Made', at: early }, { type: 'Changed', at: late }, { type: 'Changed', at: late, actor: 'bob' });
    await history.happened('ab', { type: 'Changed', at: late });
    expect(await positions({ stream: 'a' })).toEqual(['1', '2', '3']);
    expect(await positions({ type: 'Changed' })).toEqual(['2', '3', '4']);
    expect(await positions({ type: 'Change' })).toEqual([]);
    expect(await positions({ actor: 'bob' })).toEqual(['3']);
    expect(await positions({ since: late })).toEqual(['2', '3', '4']);
    expect(await positions({ until: early })).toEqual(['1']);
    expect(await positions({ since: '2026-01-05T09:00:00+01:00', until: '2026-01-05T18:00:00.499+09:00' })).toEqual(['1']);
    expect(await positions({ stream: 'a', type: 'Changed', actor: 'ada', since: late, until: late, from: '2' })).toEqual(['2']);
    expect(await positions({ stream: 'a', type: 'Changed', actor: 'ada', from: '3' })).toEqual([]);
    expect(await positions({ stream: 'nowhere' })).toEqual([]);
  });

  it('finds all of a time window although clocks went back meanwhile', async () => {
    await history.happened('a', { at: '2026-01-05T09:00:00.000Z' }, { at: '2026-01-05T08:00:00.000Z' });
    expect(await positions({ until: '2026-01-05T08:30:00Z' })).toEqual(['2']);
  });

  it('never shows system events, however it is asked', async () => {
    await history.happened('a', {});
    await history.claimed('command-1');
    for (const query of [{ stream: 'command-1' }, { type: '$ClaimMade' }, { from: '2' }]) expect(await positions(query)).toEqual([]);
  });

  it('pages a filter without losing or repeating an event', async () => {
    await history.filled(1_000);
    for (let number = 0; number < 10; number += 1) {
      await history.happened('seldom', { actor: 'bob' });
      await history.happened(`between-${number}`, ...Array.from({ length: 150 }, () => ({})));
    }
    const expected = Array.from({ length: 10 }, (_, number) => String(1_001 + number * 151));
    for (const limit of [1, 3, 10, 200]) {
      expect((await walked({ actor: 'bob', limit })).positions).toEqual(expected);
      expect((await walked({ actor: 'bob', stream: 'seldom', limit })).positions).toEqual(expected);
    }
  });

  it('gives up after so many events that do not match, and says where to go on', async () => {
    await history.filled(SCAN_LIMIT + 500);
    await history.happened('seldom', { actor: 'bob' });
    const first = await page({ actor: 'bob' });
    expect(first.items).toEqual([]);
    expect(first.next).toBeDefined();
    const second = await page({ actor: 'bob', cursor: first.next! });
    expect(second).toEqual({ items: [expect.objectContaining({ position: String(SCAN_LIMIT + 501) })] });
  });

  it('reads no more of the log than a page without filters needs', async () => {
    await history.filled(2_000);
    await page({ limit: 10 });
    expect(history.store.pagesRead).toBe(1);
  });

  it('refuses a cursor of another list', async () => {
    await history.happened('a', {}, {});
    await history.happened('b', {}, {});
    const cursors = [(await page({ limit: 1 })).next!, (await page({ limit: 1, stream: 'b' })).next!];
    for (const cursor of [...cursors, 'nonsense', Buffer.from('[{"position":"-1"}]').toString('base64url')]) {
      await expect(page({ cursor, stream: 'a' })).rejects.toMatchObject({ kind: 'invalid', code: 'cursor.invalid' });
    }
    await expect(page({ cursor: cursors[1]! })).rejects.toMatchObject({ code: 'cursor.invalid' });
  });

  it('refuses a time window that ends before it begins', async () => {
    const query = { since: '2026-01-05T08:00:00.001Z', until: '2026-01-05T10:00:00+02:00' };
    await expect(page(query)).rejects.toMatchObject({ code: 'request.invalid', errors: [{ pointer: '?since' }] });
  });
});
