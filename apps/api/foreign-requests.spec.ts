import { InProcess } from '../../test/support/in-process';
import { problemIn, refused } from '../../test/support/problems';

const ENVIRONMENTS = '/api/v1/environments';
const ROUTES = [ENVIRONMENTS, '/docs', '/docs/', '/docs/swagger-ui.css', '/openapi.json', '/health/live', '/health/ready', '/nowhere'];

describe('a request from a page on another host', () => {
  let app: InProcess;
  const status = async (headers: Record<string, string>, method = 'GET') => (await app.ask(method, ENVIRONMENTS, { headers })).status;

  beforeAll(async () => {
    app = await InProcess.start();
  });
  afterAll(() => app.stop());

  it.each(ROUTES)('is refused at %s, whichever name led to this machine', async (path) => {
    expect((await app.ask('GET', path)).status).not.toBe(403);
    for (const [name, value] of [
      ['host', 'rebound.example:3000'],
      ['origin', 'https://rebound.example'],
    ] as const)
      expect(problemIn(await app.ask('GET', path, { headers: { [name]: value } }))).toMatchObject({ status: 403, code: 'request.foreign' });
  });

  it.each([
    ...['rebound.example', 'localhost.rebound.example', '127.0.0.1.rebound.example:3000', '127.0.0.256', '127.1', '128.0.0.1', '0.0.0.0'],
    ...['[::2]', '::1', 'localhost@rebound.example', 'localhost:x', 'xlocalhost', ' '],
  ])('is refused with the host %p', async (host) => {
    expect(problemIn(await app.ask('GET', ENVIRONMENTS, { headers: { host } }))).toMatchObject({
      status: 403,
      detail: expect.stringMatching(/Host names no loopback host.*call it as localhost/) as string,
    });
  });

  it.each(['localhost', 'LocalHost:3000', 'localhost:1', '127.0.0.1', '127.255.8.9:65535', '[::1]', '[::1]:3000'])(
    'is none when this machine is called %s, from a page there or from none',
    async (host) => {
      expect(await status({ host })).toBe(200);
      for (const scheme of ['http', 'https']) expect(await status({ host, origin: `${scheme}://${host}` })).toBe(200);
    },
  );

  it.each([
    'null',
    '',
    'http://rebound.example',
    'file://',
    'ftp://localhost',
    'localhost',
    'http://localhost.rebound.example',
    'http://localhost/x',
  ])('is refused with the origin %p', async (origin) => {
    expect(problemIn(await app.ask('GET', ENVIRONMENTS, { headers: { origin } }))).toMatchObject({
      status: 403,
      detail: expect.stringMatching(/Origin names no page of this machine/) as string,
    });
  });

  it('changes nothing, also without Origin', async () => {
    const body = { slug: 'foreign', name: 'Foreign' };
    for (const [name, value] of [
      ['host', 'rebound.example'],
      ['origin', 'null'],
      ['sec-fetch-site', 'cross-site'],
    ] as const)
      expect(await refused(app, 'POST', ENVIRONMENTS, { body, headers: { [name]: value } })).toMatchObject({
        status: 403,
        code: 'request.foreign',
      });
    for (const method of ['PUT', 'PATCH', 'DELETE']) expect(await status({ 'sec-fetch-site': 'cross-site' }, method)).toBe(403);
    expect((await app.ask('POST', ENVIRONMENTS, { body, headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(201);
  });

  it('may follow a link to what changes nothing', async () => {
    expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(200);
  });
});
