import { once } from 'node:events';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { chainHash, CHAIN_START } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { RecordedHistory } from '../audit.fixture';
import type { AuditEvent } from '../queries/audit-event';
import { auditApp } from './audit-app.fixture';

const LINES = { accept: 'application/x-ndjson' };

describe('the audit over HTTP', () => {
  let history: RecordedHistory;
  let app: NestFastifyApplication;
  const ask = (path: string, headers: Record<string, string> = {}) => app.inject({ url: `/api/v1/audit/${path}`, headers });
  const linesOf = (text: string) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as AuditEvent);

  beforeEach(async () => {
    history = new RecordedHistory();
    app = await auditApp(history);
  });
  afterEach(() => app.close());

  it('answers a page with the position that it reflects', async () => {
    await history.happened('project-web', { data: { slug: 'web' } }, {});
    await history.claimed('command-1');
    const answer = await ask('events?limit=1&type=Happened');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'slipway-position': '2', 'content-type': 'application/json; charset=utf-8', vary: 'Accept' });
    const { items, next } = answer.json<{ items: AuditEvent[]; next: string }>();
    expect(items).toEqual([
      expect.objectContaining({ position: '1', stream: 'project-web', version: 0, actor: 'ada', data: { slug: 'web' } }),
    ]);
    const rest = (await ask(`events?limit=1&type=Happened&cursor=${next}`)).json<{ items: AuditEvent[]; next?: string }>();
    expect(rest.items.map(({ position }) => position)).toEqual(['2']);
    expect(rest.next).toBeUndefined();
  });

  it('combines filters, for lines as for pages', async () => {
    await history.happened('a', { type: 'Made' }, { type: 'Changed', actor: 'bob & co' }, { type: 'Changed' });
    await history.happened('b', { type: 'Changed', actor: 'bob & co' });
    const query = `events?stream=a&type=Changed&actor=${encodeURIComponent('bob & co')}&since=2026-01-05T08:00:00Z&until=2026-01-05T08:00:00Z&from=1`;
    const page = (await ask(query)).json<{ items: AuditEvent[] }>();
    expect(page.items.map(({ position }) => position)).toEqual(['2']);
    expect(linesOf((await ask(query, LINES)).body)).toEqual(page.items);
    await history.happened('c', { type: 'Occurred' });
    const retired = (await ask('events?type=Occurred')).json<{ items: AuditEvent[] }>();
    expect(retired.items.map(({ stream }) => stream)).toEqual(['c']);
  });

  it('streams the whole history as lines, whatever the limit', async () => {
    await history.filled(5_000, { filling: 'ä'.repeat(100) });
    await history.claimed('command-1');
    const answer = await ask('events?limit=3', LINES);
    expect(answer.headers).toMatchObject({ 'slipway-position': '5000', 'content-type': 'application/x-ndjson; charset=utf-8' });
    const events = linesOf(answer.body);
    expect(events.map(({ position }) => position)).toEqual(Array.from({ length: 5_000 }, (_, index) => String(index + 1)));
    expect(events[4_999]!.data).toEqual({ number: 4_999, filling: 'ä'.repeat(100) });
  });

  it('gives lines that hold all that the hash chain covers', async () => {
    await history.happened(
      'a',
      { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      { data: { n: 1e21, s: '\u2028' } },
    );
    let last = CHAIN_START;
    for (const { stream, version, id, type, data, hash, ...rest } of linesOf((await ask('events?stream=a', LINES)).body)) {
      const { actor, at, command, commandId, correlationId, causationId, traceparent } = rest;
      const metadata = { actor, at, command, commandId, correlationId, causationId, ...(traceparent ? { traceparent } : {}) };
      last = chainHash(last, stream, version, { id, type, data, metadata });
      expect(hash).toBe(last);
    }
    expect(last).not.toBe(CHAIN_START);
  });

  it('gives lines only to who asks for them', async () => {
    await history.happened('a', {});
    const typeFor = async (accept: string) => (await ask('events', { accept })).headers['content-type'];
    for (const accept of ['application/json, Application/X-NDJSON;q=0.5', 'application/x-ndjson'])
      expect(await typeFor(accept)).toContain('x-ndjson');
    for (const accept of ['*/*', 'application/x-ndjson;q=0', 'text/html', '']) expect(await typeFor(accept)).toContain('application/json');
  });

  it('ends a stream of lines at the head as of the request, and an empty one at once', async () => {
    expect(await ask('events', LINES)).toMatchObject({ statusCode: 200, body: '' });
    await history.filled(600);
    const answer = ask('events', LINES);
    const growing = history.happened('later', {}, {});
    expect(linesOf((await answer).body).length).toBe(Number((await answer).headers['slipway-position']));
    await growing;
  });

  it('reads no faster than the client takes, and stops when the client is gone', async () => {
    const total = 10_000;
    await history.filled(total, { filling: 'x'.repeat(3_000) });
    await app.listen(0, '127.0.0.1');
    const server: Server = app.getHttpServer();
    const gone = once(server, 'connection').then(([socket]: Socket[]) => new Promise((resolve) => socket!.once('close', resolve)));
    const { port } = server.address() as AddressInfo;
    const [response]: IncomingMessage[] = await once(get({ port, path: '/api/v1/audit/events', headers: LINES }), 'response');
    await once(response!, 'data');
    response!.pause();
    let [before, quiet] = [-1, 0];
    // Nothing is read for many turns: the buffers on the way are full.
    await eventually(() => {
      quiet = before === history.store.pagesRead ? quiet + 1 : 0;
      before = history.store.pagesRead;
      return quiet > 50;
    }, 'the reading to pause');
    expect(before).toBeLessThan(total / 200);
    response!.destroy();
    await gone;
    expect((await ask('events?limit=1')).statusCode).toBe(200);
    expect(history.store.pagesRead).toBeLessThanOrEqual(before + 2);
  });

  it('shows one stream in its order, in pages, and no other', async () => {
    const stream = 'release-web@1.0.0+build.7';
    await history.happened(stream, { type: 'Cut' }, {});
    await history.happened('other', {});
    await history.happened(stream, { type: 'Deleted' });
    const path = `streams/${encodeURIComponent(stream)}?limit=2`;
    const first = await ask(path);
    expect(first.headers['slipway-position']).toBe('4');
    const { items, next } = first.json<{ items: AuditEvent[]; next: string }>();
    const rest = (await ask(`${path}&cursor=${next}`)).json<{ items: AuditEvent[]; next?: string }>();
    expect([...items, ...rest.items].map(({ version, type }) => [version, type])).toEqual([
      [0, 'Cut'],
      [1, 'Happened'],
      [2, 'Deleted'],
    ]);
    expect(rest.next).toBeUndefined();
  });

  it('tells of each event of a stream what led to it: a request, or an event before', async () => {
    await history.happened('a', { type: 'Asked', actor: 'bob' });
    const { id, at, position } = (await ask('streams/a')).json<{ items: AuditEvent[] }>().items[0]!;
    await history.happened('b', { causationId: id }, { causationId: '0199f2a1-7c3e-7b52-9d0e-3f6b2c8a41d7' });
    const causes = async (stream: string) =>
      (await ask(`streams/${stream}`)).json<{ items: { cause: object }[] }>().items.map(({ cause }) => cause);
    expect(await causes('a')).toEqual([{ kind: 'request', id: 'request-1' }]);
    expect(await causes('b')).toEqual([
      { kind: 'event', id, position, stream: 'a', version: 0, type: 'Asked', at, actor: 'bob' },
      { kind: 'event', id: '0199f2a1-7c3e-7b52-9d0e-3f6b2c8a41d7' },
    ]);
  });

  it('knows no stream that was never written, and none of the system', async () => {
    await history.happened('a', {});
    await history.claimed('command-1');
    for (const stream of ['b', 'command-1', '%20', 'A']) {
      const answer = await ask(`streams/${stream}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json()).toMatchObject({ code: 'stream.not-found', facts: { stream: decodeURIComponent(stream) } });
    }
  });

  it.each([
    'events?from=-1',
    'events?from=1.5',
    'events?from=',
    `events?from=${'9'.repeat(20)}`,
    'events?stream=',
    'events?type=',
    'events?type=Hapened',
    'events?actor=%00',
    'events?since=yesterday',
    'events?since=2026-02-30T00:00:00Z',
    'events?since=2026-01-05T08:00:00',
    'events?until=1',
    'events?since=2026-01-05T08:00:01Z&until=2026-01-05T08:00:00Z',
    'events?limit=0',
    'events?limit=201',
    'events?limit=x',
    'events?cursor=',
    'events?cursor=garbage',
    'events?cursor=W10',
    'events?atLeast=soon',
    'events?what=else',
    'events?type=a&type=b',
    'streams/a?stream=b',
    'streams/a?from=1',
    'streams/a%00b',
    'streams/a?cursor=garbage',
  ])('refuses %s with a problem, for lines too', async (path) => {
    await history.happened('a', {});
    for (const headers of [{}, LINES]) {
      const answer = await ask(path, headers);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.json()).toMatchObject({ status: 400, code: expect.stringMatching(/^(request|cursor)\./), traceId: expect.any(String) });
    }
  });

  it('verifies the chains when it is asked by POST, with or without a body', async () => {
    await history.happened('a', {}, {});
    const verify = (payload?: object, query = '') =>
      app.inject({ method: 'POST', url: `/api/v1/audit/verify${query}`, ...(payload ? { payload } : {}) });
    for (const payload of [undefined, {}, { stream: 'a', from: '1', to: '2' }]) {
      const answer = await verify(payload);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['slipway-position']).toBe('2');
      expect(answer.json()).toEqual({ verified: true, events: 2, streams: 1, asOf: { at: history.clock.timestamp(), position: '2' } });
    }
    for (const [payload, pointer] of [
      [[], ''],
      [{ from: 1 }, '/from'],
      [{ to: '-1' }, '/to'],
      [{ from: '2', to: '1' }, '/from'],
      [{ stream: '' }, '/stream'],
      [{ streams: ['a'] }, '/streams'],
    ] as const) {
      const answer = await verify(payload);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'request.invalid', errors: [{ pointer }] });
    }
    expect((await verify({ stream: 'b' })).statusCode).toBe(404);
    expect((await verify({}, '?limit=1')).statusCode).toBe(400);
  });

  it('waits for a position that it is told to reach, and says so when that does not come', async () => {
    await history.happened('a', {});
    for (const [path, headers] of [
      ['events?atLeast=2', {}],
      ['events?atLeast=3', LINES],
      ['streams/a?atLeast=4', {}],
    ] as const) {
      const answer = ask(path, headers);
      const done = answer.then(() => true);
      await history.clock.advance(100);
      expect(await Promise.race([done, Promise.resolve(false)])).toBe(false);
      const position = await history.happened('a', {});
      await history.clock.advance(100);
      expect((await answer).headers['slipway-position']).toBe(String(position));
    }
    const late = ask('events?atLeast=99', LINES);
    let answered = false;
    void late.then(() => (answered = true));
    while (!answered) await history.clock.advance(1_000);
    expect((await late).statusCode).toBe(503);
    expect((await late).headers).toMatchObject({ 'retry-after': '1' });
    expect((await late).json()).toMatchObject({ code: 'read-model.behind' });
  });
});
