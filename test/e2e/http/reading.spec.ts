import { eventually, ManualClock, settle } from '@slipway/kernel/testing';
import type { HttpAnswer } from '../../support/http-client';
import { InProcess } from '../../support/in-process';
import { problemIn, refused } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';

const LISTS = [
  `${API}/environments`,
  `${API}/lifecycles`,
  `${API}/projects`,
  `${SHOP}/releases`,
  `${API}/deployments`,
  `${API}/dashboard`,
  `${API}/audit/events`,
  `${API}/audit/streams/project-shop`,
];

const SINGLE = [
  `${API}/environments/staging`,
  `${API}/lifecycles/web`,
  SHOP,
  `${SHOP}/process`,
  `${SHOP}/variables`,
  `${SHOP}/variables/explain?name=Colour`,
  `${SHOP}/releases/1.0.0`,
  `${SHOP}/releases/1.0.0/progression`,
  `${SHOP}/releases/1.0.0/variables`,
  `${SHOP}/releases/1.0.0/eligibility?environment=staging`,
];

const and = (path: string, query: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`;

describe('reading over HTTP', () => {
  let app: InProcess;
  let shop: Shop;
  let all: readonly string[];
  let id: string;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    await shop.release('1.0.0');
    id = await shop.deployed('1.0.0', 'development');
    all = [...LISTS, ...SINGLE, ...['', '/steps', '/log', '/events', '/explain'].map((part) => `${API}/deployments/${id}${part}`)];
  });
  afterAll(() => app.stop());

  it('tells the position that each answer reflects, which never goes back', async () => {
    for (const path of all) {
      const position = (await app.ask('PATCH', SHOP, { body: { description: path } })).headers['slipway-position'] as string;
      const answer = await app.ask('GET', and(path, `atLeast=${position}`));
      expect([path, answer.status]).toEqual([path, 200]);
      expect(BigInt(answer.headers['slipway-position'] as string)).toBeGreaterThanOrEqual(BigInt(position));
    }
  });

  it('shows to whoever asks for the position of a command what it did', async () => {
    for (let round = 0; round < 20; round += 1) {
      const created = await app.ask('POST', `${API}/projects`, { body: { slug: `p-${round}` } });
      const list = await app.ask('GET', `${API}/projects?limit=200&atLeast=${created.headers['slipway-position'] as string}`);
      expect(list.json.items.map((one: { slug: string }) => one.slug)).toContain(`p-${round}`);
      const scheduled = await app.ask('POST', `${SHOP}/releases/1.0.0/deployments`, {
        body: { environment: 'development', exclude: ['Deploy'] },
      });
      const one = await app.ask(
        'GET',
        `${API}/deployments/${scheduled.json.id}?atLeast=${scheduled.headers['slipway-position'] as string}`,
      );
      expect([one.status, one.json.id]).toEqual([200, scheduled.json.id]);
    }
  });

  it('refuses parameters that a query does not know, that stand there twice, or that are wrong, by name', async () => {
    for (const path of all) {
      expect(await refused(app, 'GET', and(path, 'zebra=1'))).toMatchObject({ status: 400, code: 'request.invalid', pointers: ['?zebra'] });
      expect(await refused(app, 'GET', and(path, 'atLeast=1&atLeast=2'))).toMatchObject({ status: 400, pointers: ['?atLeast'] });
      for (const value of ['', '-1', 'x', '1.5', '0x1', '12345678901234567890', '%00', '%ff', '＃'].map(encodeURI))
        expect([value, (await refused(app, 'GET', and(path, `atLeast=${value}`))).status]).toEqual([value, 400]);
      for (const name of ['__proto__', 'constructor', 'a[b]', '%00', 'x%ff'])
        expect([name, (await refused(app, 'GET', and(path, `${name}=1`))).status]).toEqual([name, 400]);
    }
  });

  it('refuses pages of no size, too large a size, and cursors of somewhere else', async () => {
    const foreign = (await app.ask('GET', `${API}/projects?limit=1`)).json.next as string;
    for (const path of LISTS) {
      for (const limit of ['0', '201', '-1', '1.5', 'x', '', '1e1'])
        expect(await refused(app, 'GET', `${path}?limit=${limit}`)).toMatchObject({ status: 400, pointers: ['?limit'] });
      const cursors = [
        '',
        'x',
        '%F0%9F%98%80',
        'W10',
        'bnVsbA',
        'e30',
        Buffer.from('[{"position":"99999999999999999999"}]').toString('base64url'),
        Buffer.from('["\\u0000"]').toString('base64url'),
      ];
      const bySlug = ['projects', 'lifecycles', 'dashboard'].some((name) => path === `${API}/${name}`);
      for (const cursor of bySlug ? cursors : [...cursors, foreign]) {
        const answer = await app.ask('GET', `${path}?cursor=${cursor}`);
        if (answer.status !== 200) expect([path, cursor, problemIn(answer).code]).toEqual([path, cursor, 'cursor.invalid']);
        else expect([path, cursor, answer.json.items]).toEqual([path, cursor, []]);
      }
    }
  });

  it('walks a list page by page', async () => {
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const page = await app.ask('GET', `${API}/projects?limit=3${next ? `&cursor=${next}` : ''}`);
      seen.push(...page.json.items.map((one: { slug: string }) => one.slug));
      next = page.json.next as string | undefined;
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toContain('shop');
  });

  it.each([
    [`${SHOP}/releases?state=gone`, '?state'],
    [`${SHOP}/releases?environment=No`, '?environment'],
    [`${SHOP}/releases?text=`, '?text'],
    [`${API}/deployments?state=gone`, '?state'],
    [`${API}/deployments?project=No%20Slug`, '?project'],
    [`${API}/deployments?since=yesterday`, '?since'],
    [`${API}/deployments?until=2026-13-01T00:00:00Z`, '?until'],
    [`${API}/deployments?text=a%00b`, '?text'],
    [`${API}/audit/events?from=-1`, '?from'],
    [`${API}/audit/events?since=x`, '?since'],
    [`${SHOP}/variables/explain`, '?name'],
    [`${SHOP}/variables/explain?name=Colour&environment=nope`, '?environment'],
    [`${SHOP}/variables/explain?name=Colour&step=Nope`, '?step'],
    [`${SHOP}/variables/explain?name=Colour&channel=nope`, '?channel'],
    [`${SHOP}/releases/1.0.0/compare?environment=nope`, '?environment'],
    [`${API}/audit/events?type=Nope`, '?type'],
    [`${SHOP}/releases/1.0.0/variables?snapshot=0`, '?snapshot'],
    [`${SHOP}/releases/1.0.0/eligibility`, '?environment'],
    [`${SHOP}/releases/1.0.0/eligibility?environment=staging&at=soon`, '?at'],
  ])('GET %s is refused at %s', async (path, pointer) => {
    expect(await refused(app, 'GET', path)).toMatchObject({ status: 400, pointers: [pointer] });
  });

  it('does not find what there is not, however it is called', async () => {
    const odd = [
      'nobody',
      'Shop',
      'x'.repeat(400),
      'x'.repeat(501),
      'a%20b',
      '%2e%2e',
      'a%2Fb',
      '%F0%9F%98%80',
      '%E2%80%AE',
      'constructor',
      '__proto__',
      "'%3B--",
      '%2523',
      'shop@1.0.0',
      '-',
    ];
    const unreadable = ['%', '%zz', '%ff', '%ED%A0%80', '%00', 'shop%00'];
    const places = (name: string) => [
      `${API}/environments/${name}`,
      `${API}/lifecycles/${name}`,
      `${API}/projects/${name}`,
      ...[
        'process',
        'variables',
        'variables/explain?name=x',
        'releases',
        'releases/1.0.0',
        'releases/1.0.0/progression',
        'releases/1.0.0/variables',
      ].map((part) => `${API}/projects/${name}/${part}`),
      ...['', '/progression', '/variables'].map((part) => `${SHOP}/releases/${name}${part}`),
      ...['', '/steps', '/log', '/events', '/explain'].map((part) => `${API}/deployments/${name}${part}`),
      `${API}/audit/streams/${name}`,
    ];
    for (const name of odd) for (const path of places(name)) expect([path, (await refused(app, 'GET', path)).status]).toEqual([path, 404]);
    for (const part of ['cancel', 'redeploy', 'rollback', 'prioritize'])
      expect(await refused(app, 'POST', `${API}/deployments/nope/${part}`)).toMatchObject({ status: 404, code: 'deployment.not-found' });
    for (const [part, body] of [['take'], ['resolve', { answer: 'proceed' }]] as const)
      expect(await refused(app, 'POST', `${API}/interruptions/nope/${part}`, { body })).toMatchObject({
        status: 404,
        code: 'interruption.not-found',
      });
    for (const name of unreadable)
      for (const path of places(name)) expect([path, (await refused(app, 'GET', path)).status]).toEqual([path, 400]);
    expect(await refused(app, 'GET', `${SHOP}/releases/1.0.0/variables?snapshot=9`)).toMatchObject({
      status: 404,
      code: 'snapshot.not-found',
    });
  });

  it('tells in every problem under which id the log says more: the one that the caller gave', async () => {
    const problem = await refused(app, 'GET', `${API}/projects/nobody`, { headers: { 'x-correlation-id': 'walk-9' } });
    expect((problem as unknown as { traceId: string }).traceId).toBe('walk-9');
  });

  it('shows no claim of a key and no stream of the system in the audit', async () => {
    await app.ask('PATCH', SHOP, { body: { name: 'Keyed' }, headers: { 'idempotency-key': 'k' } });
    const { items } = (await app.ask('GET', `${API}/audit/events?limit=200`)).json;
    expect(
      items.filter((event: { type: string; stream: string }) => event.type.startsWith('$') || event.stream.startsWith('command-')),
    ).toEqual([]);
  });
});

describe('reading a position that is not there yet', () => {
  it('is answered with 503 after five seconds, on every route, and says when to try again', async () => {
    const clock = new ManualClock();
    const app = await InProcess.start({ clock });
    const shop = await Shop.in(app);
    await shop.release('1.0.0');
    const { id } = await shop.done('POST', `${SHOP}/releases/1.0.0/deployments`, {
      environment: 'development',
      at: '2026-01-06T08:00:00Z',
    });
    const head = await app.head();
    const paths = [...LISTS, ...SINGLE, ...['', '/steps', '/log', '/events', '/explain'].map((part) => `${API}/deployments/${id}${part}`)];
    const answers = new Map<string, HttpAnswer>();
    const before = clock.now();
    const asked = paths.map(async (path) => answers.set(path, await app.ask('GET', and(path, `atLeast=${head + 100_000n}`))));
    for (let waited = 0; waited < 4_900; waited += 100) {
      await clock.advance(100);
      await settle();
    }
    expect([...answers.keys()]).toEqual([]);
    await eventually(() => {
      void clock.advance(100);
      return answers.size === paths.length;
    }, 'all answers');
    await Promise.all(asked);
    expect(clock.now() - before).toBeGreaterThanOrEqual(5_000);
    for (const path of paths) {
      expect([path, problemIn(answers.get(path)!)]).toMatchObject([path, { status: 503, code: 'read-model.behind' }]);
      expect(answers.get(path)!.headers['retry-after']).toBe('1');
    }
    await app.stop();
  });

  it('is answered as soon as it is there', async () => {
    const app = await InProcess.start();
    await Shop.in(app);
    const next = (await app.head()) + 1n;
    const waiting = [`${API}/projects`, SHOP, `${API}/audit/events`].map((path) => app.ask('GET', and(path, `atLeast=${next}`)));
    const done = await app.ask('PATCH', SHOP, { body: { name: 'There' } });
    expect(done.headers['slipway-position']).toBe(String(next));
    for (const answer of await Promise.all(waiting))
      expect([answer.status, answer.headers['slipway-position']]).toEqual([200, String(next)]);
    await app.stop();
  });
});
