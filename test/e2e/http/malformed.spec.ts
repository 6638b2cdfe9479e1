import { connect } from 'node:net';
import { type CommandRouteCase, commandRoutes } from '../../support/command-routes';
import { InProcess } from '../../support/in-process';
import { prepared } from '../../support/prepared-shop';
import { problemIn, refused } from '../../support/problems';
import { API, Shop, SHOP } from '../../support/shop';

const names = commandRoutes().map(({ command }) => command);
/** Bodies are read by one door whatever the route: what is large is sent to a few, with the parts and lists that bodies are made of. */
const FEW = ['CreateEnvironment', 'ChangeProcess', 'ChangeVariables', 'ScheduleDeployment', 'ResolveInterruption'];
const WRONG: readonly unknown[] = [null, 0, -1, 1.5, true, '', 'x'.repeat(70_000), [], {}, [[]], [null], { a: 1 }];

/** A field's value where it does fit although it looks wrong: what a class allows is told by its own specs. */
const FITS: Readonly<Record<string, readonly unknown[]>> = {
  description: [null, ''],
  order: [0, -1, null],
  name: [null],
  comment: [''],
  notes: [''],
  priority: [true],
  exclude: [[]],
  phases: [[]],
  steps: [[]],
  variables: [[]],
  variableSets: [[]],
  prompted: [{}],
  outputs: [{}],
  filter: [{}],
  enabled: [true],
  deadLettersOnly: [true],
};

describe('a malformed request', () => {
  let app: InProcess;
  let routes: Map<string, CommandRouteCase>;
  const route = (command: string) => routes.get(command)!;
  const malformed = (command: string, body: unknown, headers?: Record<string, string>) => {
    const { method, path } = route(command);
    return refused(app, method, path, { body, ...(headers ? { headers } : {}) });
  };

  beforeAll(async () => {
    app = await InProcess.start();
    routes = new Map(commandRoutes(await prepared(await Shop.in(app))).map((one) => [one.command, one]));
  });
  afterAll(() => app.stop());

  it.each(names)('%s: a body that is no JSON object in UTF-8', async (command) => {
    for (const body of ['{', '{"a":1,}', 'slug=x', "{'a':1}", '\ufeff\ufeff{}', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)])
      expect(await malformed(command, body)).toMatchObject({ status: 400, code: 'request.malformed', pointers: [''] });
    for (const body of ['[]', '[{}]', 'null', '1', '"x"', 'true'])
      expect(await malformed(command, body)).toMatchObject({ status: 400, code: 'request.invalid', pointers: [''] });
  });

  it.each(names)('%s: a body of another kind, or compressed', async (command) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'json',
      '',
    ])
      expect(await malformed(command, '{}', { 'content-type': type })).toMatchObject({ status: 415, code: 'request.media-type' });
    expect((await malformed(command, '{}', { 'content-type': 'application/json; charset=latin1' })).status).toBe(415);
    expect((await malformed(command, '{}', { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  it.each(FEW)('%s: a body that is too large', async (command) => {
    expect(await malformed(command, `{"x":"${'y'.repeat(1_048_576)}"}`)).toMatchObject({ status: 413, code: 'request.too-large' });
  });

  it.each(names)('%s: names that it does not know, at once and by name', async (command) => {
    const body = { ...route(command).body, zebra: 1, 'a/b': 2 };
    expect(await malformed(command, body)).toMatchObject({ status: 400, pointers: ['/zebra', '/a~1b'] });
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const sent = JSON.stringify({ ...route(command).body, zebra: 1 }).replace('"zebra"', JSON.stringify(name));
      expect(await malformed(command, sent)).toMatchObject({ status: 400, pointers: [`/${name}`] });
    }
  });

  it.each(FEW)('%s: what a bomb is made of', async (command) => {
    const deep = `{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}`;
    expect((await malformed(command, deep)).status).toBe(400);
    expect((await malformed(command, `{"a":[${'{},'.repeat(300_000)}{}]}`)).status).toBe(400);
    expect((await malformed(command, `{"a":[${'1,'.repeat(500_000)}1]}`)).pointers).toEqual(['/a']);
    expect((await malformed(command, `{${Array.from({ length: 50_000 }, (_, at) => `"k${at}":1`).join()}}`)).pointers).toEqual(['']);
    const much = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`k${at}`, 1]));
    const { errors } = await malformed(command, { ...route(command).body, ...much });
    expect(errors).toHaveLength(100);
  });

  it.each(names)('%s: a NUL and half a surrogate pair, wherever they are', async (command) => {
    for (const bad of ['\\u0000', 'x\\ud800', '\\udc00x']) {
      expect(await malformed(command, `{"zebra":"${bad}"}`)).toMatchObject({ status: 400, pointers: ['/zebra'] });
      expect(await malformed(command, `{"${bad}":1}`)).toMatchObject({ status: 400, pointers: [''] });
    }
  });

  it.each(names)('%s: fields that are missing or of a wrong type, told by their pointers', async (command) => {
    const { body = {}, required = [] } = route(command);
    for (const field of required) {
      const { [field]: _, ...rest } = body;
      expect((await malformed(command, rest)).pointers).toEqual([`/${field}`]);
      expect((await malformed(command, undefined)).pointers).toEqual(expect.arrayContaining([`/${field}`]));
    }
    for (const field of Object.keys(body)) {
      for (const wrong of WRONG.filter((value) => !FITS[field]?.some((fits) => JSON.stringify(fits) === JSON.stringify(value)))) {
        const problem = await malformed(command, { ...body, [field]: wrong });
        expect([wrong, problem.pointers.every((pointer) => pointer === `/${field}` || pointer.startsWith(`/${field}/`))]).toEqual([
          wrong,
          true,
        ]);
        expect([wrong, problem.pointers.length > 0, [400, 422].includes(problem.status)]).toEqual([wrong, true, true]);
      }
    }
  });

  it.each(names)('%s: query parameters, of which it knows none', async (command) => {
    const { method, path, body } = route(command);
    for (const query of ['dryRun=true', 'atLeast=1', 'x=1&x=2', '__proto__=1', '%00=1', '=', '%'])
      expect((await refused(app, method, `${path}?${query}`, { body })).status).toBe(400);
  });

  it.each(names.filter((name) => !['CreateEnvironment', 'CreateLifecycle', 'CreateProject'].includes(name)))(
    '%s: names in the address that nothing can have',
    async (command) => {
      const { method, path, body } = route(command);
      const parts = path.split('/');
      for (const at of [4, 6].filter((place) => place < parts.length)) {
        for (const bad of [
          'Shop',
          'a_b',
          '-a',
          'x'.repeat(64),
          'x'.repeat(501),
          '%20',
          '%00',
          'shop%00',
          '%ff',
          '%zz',
          '%2e%2e',
          'a%2Fb',
          '%ED%A0%80',
          'nobody',
          '😀',
          '..%2f..',
        ]) {
          const address = parts.with(at, encodeURI(bad).replaceAll('%25', '%')).join('/');
          const problem = await refused(app, method, address, { body });
          expect([bad, [400, 404].includes(problem.status)]).toEqual([bad, true]);
        }
      }
    },
  );

  it('may not repeat in its body what its address says', async () => {
    expect(await refused(app, 'PATCH', SHOP, { body: { project: 'shop', name: 'x' } })).toMatchObject({
      status: 400,
      pointers: ['/project'],
    });
  });

  it('on a route that there is not, or with another method, is not found', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])
      for (const path of [
        '/',
        '/api',
        API,
        `${API}/nothing`,
        `${API}//projects`,
        `${API}/projects/`,
        '/API/v1/projects',
        `${SHOP}/releases/1/2/3/4`,
        '//',
        '/%2e%2e/x',
      ])
        expect(await refused(app, method, path)).toMatchObject({ status: 404, code: 'route.not-found' });
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
      expect((await refused(app, method, `${API}/environments`)).status).toBe(404);
    for (const [method, path] of [
      ['POST', SHOP],
      ['DELETE', SHOP],
      ['POST', `${SHOP}/process`],
      ['PATCH', `${SHOP}/releases`],
      ['POST', `${API}/dashboard`],
    ] as const)
      expect((await refused(app, method, path, { body: {} })).status).toBe(404);
  });

  it('as HEAD is answered as GET is, without a body', async () => {
    for (const [path, status] of [
      [SHOP, 200],
      [`${API}/projects`, 200],
      [`${API}/audit/events`, 200],
      [`${API}/projects/nobody`, 404],
      [`${API}/projects?x=1`, 400],
      ['/none', 404],
      ['/%zz', 400],
    ] as const) {
      const answer = await app.ask('HEAD', path);
      expect([path, answer.status, answer.text]).toEqual([path, status, '']);
    }
  });

  it('to DELETE may have no body, or an empty one, and no field', async () => {
    const path = `${SHOP}/releases/7.7.7`;
    for (const options of [{}, { body: {} }, { headers: { 'content-type': 'application/json' } }])
      expect(await refused(app, 'DELETE', path, options)).toMatchObject({ code: 'release.not-found' });
    expect(await refused(app, 'DELETE', path, { body: { force: true } })).toMatchObject({ pointers: ['/force'] });
  });

  it('is answered in JSON whatever it accepts, and GET looks at no body', async () => {
    for (const accept of ['text/html', 'application/xml', '*/*', 'nonsense', '']) {
      expect((await app.ask('GET', SHOP, { headers: { accept } })).json.slug).toBe('shop');
      expect((await refused(app, 'GET', `${API}/projects/nobody`, { headers: { accept } })).code).toBe('project.not-found');
    }
    expect((await app.ask('GET', SHOP, { body: '{"a":' })).status).toBe(200);
  });

  it('that is no HTTP, or has headers without end, is told so', async () => {
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(new URL(app.http.address).port), '127.0.0.1', () => socket.write(text));
        let heard = '';
        socket.on('data', (bytes) => (heard += bytes.toString('utf8')));
        socket.on('end', () => resolve(heard));
        socket.on('error', reject);
      });
    const problemOf = (heard: string) => {
      const [head = '', text = ''] = heard.split('\r\n\r\n');
      const status = Number(head.split(' ')[1]);
      const type = /Content-Type: (.*)/.exec(head)?.[1];
      return problemIn({ status, text, headers: { 'content-type': type }, json: JSON.parse(text) });
    };
    for (const nonsense of [
      'nonsense\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n',
      'FOO / HTTP/1.1\r\n\r\n',
    ])
      expect(problemOf(await raw(nonsense))).toMatchObject({ status: 400, code: 'request.malformed' });
    const endless = await raw(`GET / HTTP/1.1\r\nHost: x\r\nBig: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(problemOf(endless)).toMatchObject({ status: 431, code: 'request.headers-too-large' });
  });
});
