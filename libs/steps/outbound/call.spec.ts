import { type OutboundAnswer, OutboundHttp, type OutboundRequest } from '@slipway/kernel';
import { serversOfEachTest } from '../../../test/support/local-server';
import { outbound } from '../step-run.fixture';
import { type Call, call } from './call';

const request = (url: string, more: Partial<Call> = {}): Call => ({
  method: 'GET',
  url,
  headers: {},
  expectStatus: undefined,
  signal: new AbortController().signal,
  ...more,
});

/** Answers from a list instead of a network: there is no certificate here that the machine trusts. */
class Listed extends OutboundHttp {
  readonly sent: OutboundRequest[] = [];

  constructor(private readonly answers: readonly { status: number; location?: string }[]) {
    super();
  }

  async send(sent: OutboundRequest): Promise<OutboundAnswer> {
    const { status = 200, location } = this.answers[this.sent.push(sent) - 1] ?? {};
    return { status, headers: location === undefined ? {} : { location }, body: Buffer.alloc(0), cut: false, ms: 1 };
  }
}

describe('a call', () => {
  const server = serversOfEachTest();

  it.each([
    [200, undefined, true],
    [299, undefined, true],
    [404, undefined, false],
    [503, undefined, false],
    [404, [404, 410], true],
    [200, [204], false],
  ])('with %d where %j is expected: %s', async (status, expectStatus, expected) => {
    const service = await server((response) => response.writeHead(status).end());
    expect(await call(outbound, request(service.url('/x'), { expectStatus }))).toMatchObject({ expected, answer: { status } });
  });

  it('follows a redirect, and tells each request of the way', async () => {
    const service = await server((response, { url }) =>
      url === '/old' ? response.writeHead(301, { location: 'new?x=1' }).end() : response.end('found'),
    );
    const { answer, lines } = await call(outbound, request(service.url('/old')));
    expect(answer.body.toString()).toBe('found');
    expect(lines.map((line) => line.replace(/\d+ ms/, 'ms'))).toEqual([
      `GET ${service.url('/old')}: 301 in ms`,
      `GET ${service.url('/new?x=1')}: 200 in ms`,
    ]);
  });

  it('follows no redirect whose status is expected, and takes one without a target for an answer', async () => {
    const service = await server((response, { url }) => response.writeHead(302, url === '/to' ? { location: '/' } : {}).end());
    expect(await call(outbound, request(service.url('/to'), { expectStatus: [302] }))).toMatchObject({ expected: true });
    expect(await call(outbound, request(service.url('/nowhere')))).toMatchObject({ expected: false, answer: { status: 302 } });
  });

  it('follows a redirect to itself five times', async () => {
    const service = await server((response) => response.writeHead(302, { location: '/' }).end());
    await expect(call(outbound, request(service.url()))).rejects.toMatchObject({
      code: 'redirect.refused',
      retryable: true,
      message: `GET ${service.url()} was redirected more than 5 times`,
    });
    expect(service.requests.length).toBe(6);
  });

  it.each([
    ['http://169.254.169.254/latest/', { code: 'egress.refused' }],
    ['http://[fe80::1]/', { code: 'egress.refused' }],
    ['file:///etc/passwd', { code: 'redirect.refused', message: expect.stringContaining('not with file:') as string }],
    ['http://user:s3cret@127.0.0.1/', { code: 'redirect.refused', message: expect.not.stringContaining('s3cret') as string }],
    ['http://', { code: 'redirect.refused' }],
  ])('is redirected to %s in vain', async (location, error) => {
    const service = await server((response) => response.writeHead(302, { location }).end());
    await expect(call(outbound, request(service.url()))).rejects.toMatchObject(error);
  });

  it('never goes from https to http, but the other way', async () => {
    const down = new Listed([{ status: 302, location: 'http://shop.test/' }]);
    await expect(call(down, request('https://shop.test/'))).rejects.toMatchObject({
      code: 'redirect.refused',
      message: 'shop.test redirects from https to http, to shop.test: that is not followed',
    });
    expect(down.sent.length).toBe(1);
    const up = new Listed([{ status: 302, location: 'https://shop.test/' }]);
    expect(await call(up, request('http://shop.test/'))).toMatchObject({ expected: true });
  });

  it('keeps its headers within an origin, and tells no other one what may be a secret', async () => {
    const headers = { Authorization: 'Bearer t', Cookie: 'c', 'Proxy-Authorization': 'p', 'X-Api-Key': 'k', Accept: 'text/plain' };
    const there = await server((response) => response.end());
    const here = await server((response, { url }) => response.writeHead(307, { location: url === '/' ? '/again' : there.url() }).end());
    await call(outbound, request(here.url(), { headers }));
    expect(here.requests[1]?.headers).toMatchObject({ authorization: 'Bearer t', cookie: 'c', 'x-api-key': 'k', accept: 'text/plain' });
    expect(Object.keys(there.requests[0]!.headers).sort()).toEqual(['accept', 'connection', 'host', 'user-agent']);
  });

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'PUT', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [307, 'POST', 'POST', 'text'],
    [308, 'PATCH', 'PATCH', 'text'],
    [302, 'HEAD', 'HEAD', ''],
    [303, 'GET', 'GET', ''],
  ])('redirected by %d from %s asks with %s', async (status, method, then, body) => {
    const service = await server((response, { url }) =>
      url === '/' ? response.writeHead(status, { location: '/then' }).end() : response.end(),
    );
    const sent = method === 'GET' || method === 'HEAD' ? {} : { body: 'text', headers: { 'content-type': 'text/plain' } };
    await call(outbound, request(service.url(), { method, ...sent }));
    expect(service.requests[1]).toMatchObject({ method: then, body });
    expect(service.requests[1]?.headers['content-type']).toBe(body === '' ? undefined : 'text/plain');
  });

  it.each([
    ['', 'must be a text'],
    ['shop/health', 'is no address'],
    ['ftp://shop.test/', 'not with ftp:'],
    ['http://user:s3cret@shop.test/', 'must not hold a user or password'],
  ])('to the expanded url %j is refused, without what may be a secret', async (url, words) => {
    const refused = call(outbound, request(url));
    await expect(refused).rejects.toMatchObject({ code: 'url.invalid', message: expect.stringContaining(words) as string });
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('s3cret') as string });
  });

  it('reads a megabyte of an answer and says that there was more', async () => {
    const service = await server((response) => response.end(Buffer.alloc(10_000_000, 'x')));
    const { answer, lines } = await call(outbound, request(service.url()));
    expect(answer.body.length).toBe(1024 * 1024);
    expect(lines[0]).toMatch(/ms; only the first 1048576 bytes of the answer were read$/);
  });
});
