import { EventStream, type StreamedMessage } from '../../support/event-stream';
import { InProcess } from '../../support/in-process';
import { problemIn } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';

const texts = (messages: readonly StreamedMessage[]) => messages.map(({ event, data }) => (event === 'chunk' ? data.text : event));
const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`);

describe('the log of a deployment to follow', () => {
  let app: InProcess;
  let shop: Shop;
  const streams: EventStream[] = [];
  const logOf = (id: string) => `${API}/deployments/${id}/log`;
  const follow = async (id: string, query = '', headers: Record<string, string> = {}) => {
    streams.push(await EventStream.open(`${app.http.address}${logOf(id)}?follow=true${query}`, headers));
    return streams.at(-1)!;
  };
  /** A deployment that runs for as long as nobody cancels it: no worker takes its step. */
  const running = async (): Promise<string> => {
    const { id } = await shop.done('POST', `${SHOP}/releases/1.0.0/deployments`, { environment: 'development', at: tomorrow() });
    return id;
  };
  const tomorrow = () => new Date(app.parts.clock.now() + 86_400_000).toISOString();
  const cancel = (id: string) => shop.done('POST', `${API}/deployments/${id}/cancel`);
  const print = (deployment: string, from: number, to: number) =>
    app.parts.logStore.append(
      { deployment, step: 'Deploy', attempt: 1, token: 1 },
      numbered(from, to).map((text, index) => ({ number: from + index, at: '2026-01-05T08:00:00.000Z', source: 'stdout' as const, text })),
    );

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    await shop.release('1.0.0');
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(() => app.stop());

  it('tells what is there, then what comes, and ends with the deployment', async () => {
    const id = await running();
    await print(id, 1, 120);
    const stream = await follow(id);
    expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(texts(await stream.has(120))).toEqual(numbered(1, 120));
    expect(stream.messages[0]).toMatchObject({ event: 'chunk', data: { step: 'Deploy', attempt: 1, number: 1, source: 'stdout' } });
    await print(id, 121, 123);
    await stream.has(123);
    await print(id, 124, 124);
    await cancel(id);
    expect(texts(await stream.over())).toEqual([...numbered(1, 124), 'end']);
    expect(stream.messages.at(-1)).toEqual({ event: 'end', data: { state: 'cancelled' } });
    expect([stream.ended, stream.broken]).toEqual([true, false]);
  });

  it('goes on behind Last-Event-ID, whichever message that was, also when the log has grown meanwhile', async () => {
    const id = await running();
    await print(id, 1, 60);
    const whole = await follow(id);
    await whole.has(60);
    await print(id, 61, 70);
    await whole.has(70);
    await print(id, 71, 80);
    await cancel(id);
    await whole.over();
    for (const last of [1, 49, 50, 51, 60, 65, 80]) {
      const rest = await follow(id, '', { 'last-event-id': whole.messages[last - 1]!.id! });
      expect(texts(await rest.over())).toEqual([...numbered(last + 1, 80), 'end']);
    }
  });

  it('goes on behind the cursor of a page', async () => {
    const id = await running();
    await print(id, 1, 5);
    await cancel(id);
    await shop.ended(id);
    const { next } = (await app.ask('GET', `${logOf(id)}?limit=2`)).json;
    expect(texts(await (await follow(id, `&cursor=${next}`)).over())).toEqual([...numbered(3, 5), 'end']);
  });

  it('of one that ended without a word is its end', async () => {
    const id = await running();
    await cancel(id);
    await shop.ended(id);
    expect(texts(await (await follow(id)).over())).toEqual(['end']);
  });

  it('is a page where nobody asks to follow', async () => {
    const id = await running();
    expect((await app.ask('GET', `${logOf(id)}?follow=false`)).json).toEqual({ items: [] });
    await cancel(id);
  });

  it('is refused where there is none, and from a place that is none', async () => {
    const missing = '0199f2a1-7c3e-7b52-9d0e-3f6b2c8a41d7';
    expect(problemIn(await app.ask('GET', `${logOf(missing)}?follow=true`))).toMatchObject({ status: 404, code: 'deployment.not-found' });
    const id = await running();
    const last = { 'last-event-id': '5' };
    expect(problemIn(await app.ask('GET', `${logOf(id)}?follow=true`, { headers: last }))).toMatchObject({
      status: 400,
      errors: [{ pointer: 'header:Last-Event-ID' }],
    });
    for (const query of ['follow=yes', 'follow=true&cursor=x'])
      expect(problemIn(await app.ask('GET', `${logOf(id)}?${query}`))).toMatchObject({ status: 400 });
    await cancel(id);
  });
});
