import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import { Ids } from '@slipway/kernel';
import { ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import Database from 'libsql';
import { HistoryWriter } from '../audit.fixture';
import type { AuditEvent } from '../queries/audit-event';
import { auditApp } from './audit-app.fixture';

const LINES = { accept: 'application/x-ndjson' };

describe('a stream of lines of a file that is damaged', () => {
  const clock = new ManualClock();
  let folder: string;
  let history: HistoryWriter;
  let app: NestFastifyApplication;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-audit-'));
    const file = join(folder, 'events.db');
    history = new HistoryWriter(SqliteEventStore.open({ file, clock, ids: new Ids(clock, new SeededRandom('file')) }), clock);
    app = await auditApp(history);
    await app.listen(0, '127.0.0.1');
  });
  afterEach(async () => {
    await app.close();
    await history.store.close();
    rmSync(folder, { recursive: true });
  });

  function damage(position: number): void {
    const database = new Database(join(folder, 'events.db'));
    database.exec(`UPDATE events SET data = '{"text"' WHERE position = ${position}`);
    database.close();
  }

  /** Positions of the lines that come to a client that takes nothing for a while, and whether that was the whole answer. */
  async function got(query: string): Promise<{ positions: number[]; whole: boolean }> {
    const server: Server = app.getHttpServer();
    server.once('connection', (served: Socket) => {
      served.cork();
      void settle(100).then(() => served.uncork());
    });
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`GET /api/v1/audit/events${query} HTTP/1.1\r\nHost: x\r\nAccept: ${LINES.accept}\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const piece of socket as AsyncIterable<Buffer>) {
      text += piece.toString('latin1');
    }
    const lines = text
      .slice(text.indexOf('\r\n\r\n') + 2)
      .replace(/\r\n[0-9a-f]+\r\n/g, '')
      .split('\n')
      .filter((line) => line.startsWith('{'));
    return { positions: lines.map((line) => Number((JSON.parse(line) as AuditEvent).position)), whole: text.endsWith('\r\n0\r\n\r\n') };
  }

  it.each([2, 150, 900])('gives all events before the damaged one, of position %d, and then breaks off', async (position) => {
    await history.filled(1_000, { filling: 'x'.repeat(3_000) });
    damage(position);
    const readable = Array.from({ length: position - 1 }, (_, index) => index + 1);
    for (const query of ['', '?stream=filling-0']) {
      const positions = query && position > 250 ? readable.slice(0, 250) : readable;
      expect(await got(query)).toEqual({ positions, whole: positions !== readable });
    }
  });

  it('says which one it is where nothing stands before it', async () => {
    await history.filled(3);
    damage(1);
    const answer = await app.inject({ url: '/api/v1/audit/events', headers: LINES });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'event.unreadable', detail: expect.stringContaining('position 1 ') });
  });
});
