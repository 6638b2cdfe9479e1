import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { EgressPolicy, type OutboundAnswer, type OutboundRequest } from '@slipway/kernel';
import { eventually, ManualClock } from '@slipway/kernel/testing';
import { LocalServer, type Serve } from '../../../../test/support/local-server';
import { NodeOutboundHttp, type Resolve } from './node-outbound-http';

const clock = new SystemClock();

interface Given {
  readonly policy?: EgressPolicy;
  readonly resolve?: Resolve;
  readonly clock?: SystemClock | ManualClock;
}

function send(url: string, request: Partial<OutboundRequest> = {}, given: Given = {}): Promise<OutboundAnswer> {
  const outbound = new NodeOutboundHttp({ clock, policy: new EgressPolicy(), ...given });
  const signal = new AbortController().signal;
  return outbound.send({ method: 'GET', url: new URL(url), headers: {}, timeoutMs: 5_000, maxBodyBytes: 1_000, signal, ...request });
}

const failed = (message: string | RegExp) => ({
  code: 'outbound.failed',
  retryable: true,
  message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
});

describe('outbound HTTP over Node', () => {
  const undo: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of undo.splice(0)) await stop();
  });

  async function server(serve: Serve, options?: { secure: boolean }): Promise<LocalServer> {
    const started = await LocalServer.start(serve, options);
    undo.push(() => started.stop());
    return started;
  }

  /** A server that speaks what it likes. */
  async function rawServer(onConnection: (socket: Socket) => void): Promise<number> {
    const raw: Server = createServer((socket) => onConnection(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
    undo.push(async () => void raw.close());
    return (raw.address() as AddressInfo).port;
  }

  it('sends method, headers and body, and brings status, headers and body back', async () => {
    const service = await server((response) => response.writeHead(201, { 'X-Id': '7', 'set-cookie': ['a=1', 'b=2'] }).end('made'));
    const answer = await send(service.url('/things?kind=new'), {
      method: 'POST',
      headers: { 'X-Token': 't', 'User-Agent': 'me' },
      body: '{"ä":1}',
    });
    expect(answer).toMatchObject({ status: 201, headers: { 'x-id': '7', 'set-cookie': 'a=1, b=2' }, cut: false });
    expect(answer.body.toString()).toBe('made');
    expect(answer.ms).toBeGreaterThanOrEqual(0);
    expect(service.requests).toMatchObject([
      { method: 'POST', url: '/things?kind=new', headers: { 'x-token': 't', 'user-agent': 'me', 'content-length': '8' }, body: '{"ä":1}' },
    ]);
    await eventually(() => service.open === 0, 'the end of the connection');
  });

  it('tells a redirect as the answer that it is', async () => {
    const service = await server((response) => response.writeHead(302, { location: '/other' }).end());
    expect(await send(service.url())).toMatchObject({ status: 302, headers: { location: '/other' } });
    expect(service.requests.length).toBe(1);
  });

  it('reads no more of a body than it may, and lets go of the rest', async () => {
    const service = await server((response) => response.end(Buffer.alloc(10_000_000, 'x')));
    const answer = await send(service.url());
    expect(answer).toMatchObject({ status: 200, cut: true });
    expect(answer.body.length).toBe(1_000);
    await eventually(() => service.open === 0, 'the end of the connection');
    expect(await send(service.url(), { maxBodyBytes: 10_000_000 })).toMatchObject({ cut: false });
  });

  it.each<readonly [string, Serve]>([
    ['never answers', () => undefined],
    ['sends a head and no body', (response) => void response.writeHead(200, { 'content-length': '5' }).flushHeaders()],
    ['drips', (response) => void clock.after(20, () => drip(response))],
  ])('gives a server that %s its time and no more', async (_what, serve) => {
    const service = await server(serve);
    const host = `127.0.0.1:${service.port}`;
    await expect(send(service.url(), { timeoutMs: 200, maxBodyBytes: 1e9 })).rejects.toMatchObject(
      failed(`${host} did not answer whole within 0.2 s`),
    );
    await eventually(() => service.open === 0, 'the end of the connection');
  });

  it.each<readonly [string, Serve]>([
    ['drips', (response) => void clock.after(20, () => drip(response))],
    ['never comes', (response) => void response.writeHead(200, { 'content-length': '5' }).flushHeaders()],
    ['breaks off', (response) => response.writeHead(200, { 'content-length': '5' }).write('a', () => response.destroy())],
  ])('takes the head for an answer whose body %s, where the head decides', async (_what, serve) => {
    const service = await server(serve);
    const answer = await send(service.url(), { timeoutMs: 200, headDecides: true });
    expect(answer).toMatchObject({ status: 200, cut: true });
    expect(answer.body.length).toBeLessThan(10);
    await eventually(() => service.open === 0, 'the end of the connection');
  });

  it('fails without a head even where the head decides', async () => {
    const service = await server((response) => response.destroy());
    await expect(send(service.url(), { headDecides: true })).rejects.toMatchObject(
      failed(/closed the connection before its answer was whole$/),
    );
  });

  it('ends at once when its signal aborts, before and during the exchange', async () => {
    const service = await server(() => undefined);
    const abort = new AbortController();
    const waiting = send(service.url(), { signal: abort.signal, timeoutMs: 60_000 });
    await eventually(() => service.requests.length === 1, 'the request');
    abort.abort();
    await expect(waiting).rejects.toMatchObject(failed(/was given up$/));
    await eventually(() => service.open === 0, 'the end of the connection');
    await expect(send(service.url(), { signal: abort.signal })).rejects.toMatchObject(failed(/was given up$/));
    expect(service.requests.length).toBe(1);
  });

  it('asks the clock that it was given for its time', async () => {
    const manual = new ManualClock();
    const service = await server(() => undefined);
    const waiting = send(service.url(), { timeoutMs: 30_000 }, { clock: manual });
    const settled = expect(waiting).rejects.toMatchObject(failed(/within 30 s$/));
    await eventually(() => service.requests.length === 1, 'the request');
    await manual.advance(30_000);
    await settled;
  });

  it('waits for no lookup longer than for anything else', async () => {
    const never: Resolve = () => new Promise(() => undefined);
    await expect(send('http://slow.test/', { timeoutMs: 50 }, { resolve: never })).rejects.toMatchObject(
      failed('slow.test did not answer whole within 0.05 s'),
    );
  });

  it.each([
    ['ENOTFOUND', 'there is no host shop.test:8080: its name cannot be looked up'],
    ['EAI_AGAIN', 'the name of shop.test:8080 cannot be looked up at the moment'],
    ['EHOSTUNREACH', 'shop.test:8080 cannot be reached (no route to it)'],
    ['CERT_HAS_EXPIRED', 'the certificate of shop.test:8080 has expired'],
    ['ESTRANGE', 'the exchange with shop.test:8080 failed (ESTRANGE)'],
  ])('says in words what %s means, with the host', async (code, words) => {
    const resolve: Resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code }));
    await expect(send('http://shop.test:8080/x', {}, { resolve })).rejects.toMatchObject(failed(words));
  });

  it('says that nobody listens', async () => {
    const service = await LocalServer.start(() => undefined);
    const url = service.url();
    await service.stop();
    await expect(send(url)).rejects.toMatchObject(failed(`nobody listens at ${new URL(url).host} (connection refused)`));
  });

  it('says that a server hung up, before its answer and within it', async () => {
    const hasty = await server((response) => response.destroy());
    await expect(send(hasty.url())).rejects.toMatchObject(failed(/closed the connection before its answer was whole$/));
    const short = await server((response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      clock.after(20, () => response.destroy());
    });
    await expect(send(short.url())).rejects.toMatchObject(failed(/closed the connection before its answer was whole$/));
    const port = await rawServer((socket) => socket.resetAndDestroy());
    await expect(send(`http://127.0.0.1:${port}/`)).rejects.toMatchObject(failed(/closed the connection/));
  });

  it('says that an answer is no HTTP', async () => {
    const rubbish = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await expect(send(`http://127.0.0.1:${rubbish}/`)).rejects.toMatchObject(failed(/does not answer with HTTP \(HPE_/));
    const wordy = await rawServer((socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`));
    await expect(send(`http://127.0.0.1:${wordy}/`)).rejects.toMatchObject(failed(/the headers of the answer .* are too long$/));
  });

  it('does not trust a certificate that nobody signed, and says so', async () => {
    const service = await server((response) => response.end('never'), { secure: true });
    await expect(send(service.url())).rejects.toMatchObject(
      failed(`the certificate of 127.0.0.1:${service.port} is not trusted here (it is self-signed)`),
    );
    expect(service.requests).toEqual([]);
  });

  it('says that a server does not speak TLS', async () => {
    const service = await server((response) => response.end());
    await expect(send(`https://127.0.0.1:${service.port}/`)).rejects.toMatchObject(failed(/does not speak TLS as it should/));
  });

  it('says that a header holds what no header can, without its value', async () => {
    const service = await server((response) => response.end());
    const refused = send(service.url(), { headers: { authorization: 'Bearer s3cret\n' } });
    await expect(refused).rejects.toMatchObject(failed('a header holds a character that headers cannot hold'));
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://0/',
    'http://2852039166/',
  ])('does not call %s, however it is written', async (url) => {
    await expect(send(url)).rejects.toMatchObject({
      code: 'egress.refused',
      kind: 'forbidden',
      facts: { host: expect.any(String) as string },
    });
  });

  it('does not call a name that leads to a refused address, and names both', async () => {
    const resolve: Resolve = async () => [{ address: '169.254.169.254', family: 4 }];
    await expect(send('http://metadata.test/', {}, { resolve })).rejects.toMatchObject({
      code: 'egress.refused',
      message: expect.stringContaining('metadata.test (169.254.169.254) may not be called') as string,
      facts: { host: 'metadata.test', address: '169.254.169.254' },
    });
  });

  it('connects to the address that was checked: a name that points elsewhere a moment later leads nowhere', async () => {
    const service = await server((response) => response.end('here'));
    let asked = 0;
    const resolve: Resolve = async () => [{ address: (asked += 1) === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
    const answer = await send(`http://rebound.test:${service.port}/`, {}, { resolve });
    expect(answer.body.toString()).toBe('here');
    expect(asked).toBe(1);
    expect(service.requests[0]?.headers.host).toBe(`rebound.test:${service.port}`);
  });

  it('leaves out the refused ones among several addresses', async () => {
    const service = await server((response) => response.end('here'));
    const resolve: Resolve = async () => [
      { address: 'fe80::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ];
    expect(await send(`http://both.test:${service.port}/`, {}, { resolve })).toMatchObject({ status: 200 });
  });

  it('calls what the settings allow, and not what they deny', async () => {
    const service = await server((response) => response.end());
    const policy = new EgressPolicy([], ['127.0.0.0/8']);
    await expect(send(service.url(), {}, { policy })).rejects.toMatchObject({ code: 'egress.refused' });
    const resolve: Resolve = async () => [{ address: '0.0.0.0', family: 4 }];
    const allowed = new EgressPolicy(['any.test']);
    expect(await send(`http://any.test:${service.port}/`, {}, { resolve, policy: allowed })).toMatchObject({ status: 200 });
  });
});

function drip(response: Parameters<Serve>[0]): void {
  if (response.destroyed) return;
  response.write('x');
  clock.after(20, () => drip(response));
}
