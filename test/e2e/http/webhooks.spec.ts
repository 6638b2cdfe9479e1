import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { silentTelemetry } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { RememberingLog } from '@slipway/kernel/testing/subscription-fixture';
import { ProcessState, readSettings } from '@slipway/platform';
import { Webhook } from 'standardwebhooks';
import { Standalone } from '../../../apps/standalone/standalone';
import { HttpClient } from '../../support/http-client';
import { InProcess } from '../../support/in-process';
import { LocalServer } from '../../support/local-server';
import { refused } from '../../support/problems';
import { API, Shop } from '../../support/shop';

const HOOKS = `${API}/webhooks`;
const URL = 'http://127.0.0.1:9/';
const SECRET = `whsec_${Buffer.from('a-secret-of-twenty-seven-by').toString('base64')}`;

describe('webhooks over HTTP', () => {
  let app: InProcess;
  let shop: Shop;
  const ask = (method: string, path: string, body?: unknown, headers = {}) => app.ask(method, `${HOOKS}${path}`, { body, headers });

  beforeAll(async () => {
    app = await InProcess.start();
    shop = new Shop(app);
  });
  afterAll(() => app.stop());

  it('are created, listed, shown, changed and deleted, and their names never used again', async () => {
    const filter = { types: ['ReleaseCreated'], projects: ['shop'] };
    const { secret, ...created } = await shop.done('POST', HOOKS, { slug: 'one', url: URL, filter });
    expect(created).toEqual({ slug: 'one', url: URL, filter, enabled: true });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(await shop.sees(`${HOOKS}/one`)).toEqual(created);
    expect((await shop.sees(HOOKS)).items).toEqual([created]);
    const changed = await shop.done('PATCH', `${HOOKS}/one`, { filter: {}, enabled: false });
    expect(changed).toEqual({ slug: 'one', url: URL, filter: {}, enabled: false });
    expect((await shop.sees(`${HOOKS}/one/deliveries`)).items).toEqual([]);
    expect(await shop.done('DELETE', `${HOOKS}/one`)).toEqual({ ...changed, deleted: true });
    for (const path of ['/one', '/one/deliveries', '/none'])
      expect(await refused(app, 'GET', `${HOOKS}${path}`)).toMatchObject({ status: 404, code: 'webhook.not-found' });
    expect(await refused(app, 'PATCH', `${HOOKS}/one`, { body: { enabled: true } })).toMatchObject({
      status: 404,
      code: 'webhook.not-found',
    });
    expect(await refused(app, 'POST', HOOKS, { body: { slug: 'one', url: URL } })).toMatchObject({ status: 409 });
    expect((await shop.sees(HOOKS)).items).toEqual([]);
  });

  it('get the same secret again for the same key, and no other way', async () => {
    const headers = { 'idempotency-key': 'webhook-two' };
    const [first, again] = [
      await ask('POST', '', { slug: 'two', url: URL, enabled: false }, headers),
      await ask('POST', '', { slug: 'two', url: URL, enabled: false }, headers),
    ];
    expect([again.status, again.json]).toEqual([201, first.json]);
    expect(first.json.secret).toBeDefined();
    const given = await shop.done('POST', HOOKS, { slug: 'three', url: URL, enabled: false, secret: SECRET });
    expect(given).not.toHaveProperty('secret');
  });

  it.each<[string, object]>([
    ['/slug', { slug: 'No slug', url: URL }],
    ['/url', { slug: 'x' }],
    ['/url', { slug: 'x', url: 'ftp://example.org/' }],
    ['/url', { slug: 'x', url: 'https://user:pass@example.org/' }],
    ['/url', { slug: 'x', url: 'https://[nonsense]/' }],
    ['/url', { slug: 'x', url: 'http://example.org:99999/' }],
    ['/url', { slug: 'x', url: `https://example.org/${'x'.repeat(2_000)}` }],
    ['/url', { slug: 'x', url: 'javascript:alert(1)' }],
    ['/secret', { slug: 'x', url: URL, secret: 'short' }],
    ['/secret', { slug: 'x', url: URL, secret: 'whsec_tooshort' }],
    ['/filter/types/1', { slug: 'x', url: URL, filter: { types: ['ReleaseCreated', 'ReleaseCreatd'] } }],
    ['/filter/types/0', { slug: 'x', url: URL, filter: { types: ['$CommandClaimed'] } }],
    ['/filter/types', { slug: 'x', url: URL, filter: { types: [] } }],
    ['/filter/projects', { slug: 'x', url: URL, filter: { projects: ['No slug'] } }],
    ['/filter/actors', { slug: 'x', url: URL, filter: { actors: ['ada'] } }],
    ['/enabled', { slug: 'x', url: URL, enabled: 'yes' }],
  ])('are refused with %s wrong (%#)', async (pointer, body) => {
    expect(await refused(app, 'POST', HOOKS, { body })).toMatchObject({ status: 400, code: 'request.invalid', pointers: [pointer] });
  });

  it('are not replayed backwards, from nowhere, from what is yet to come, disabled, or twice at once', async () => {
    await shop.done('POST', HOOKS, { slug: 'four', url: URL, filter: { types: ['WebhookCreated'] } });
    const replay = (body: object) => refused(app, 'POST', `${HOOKS}/four/replay`, { body });
    for (const [pointer, body] of [
      ['/from', {}],
      ['/from', { from: 'x' }],
      ['/from', { from: -1 }],
      ['/to', { from: '5', to: '4' }],
      ['/deadLettersOnly', { from: '5', deadLettersOnly: 1 }],
      ['/only', { from: '5', only: true }],
    ] as const)
      expect(await replay(body)).toMatchObject({ status: 400, pointers: [pointer] });
    const head = await app.head();
    expect(await replay({ from: `${head + 1n}` })).toMatchObject({ status: 400, pointers: ['/from'] });
    const running = await shop.done('POST', `${HOOKS}/four/replay`, { from: '0' });
    expect(running.replay).toMatchObject({ from: '0', deadLettersOnly: false });
    expect(await replay({ from: '0' })).toMatchObject({ status: 409, code: 'webhook.replay-running' });
    await shop.done('PATCH', `${HOOKS}/four`, { enabled: false });
    expect(await replay({ from: '0' })).toMatchObject({ status: 409, code: 'webhook.disabled' });
  });

  it('show how their deliveries went, in pages, and refuse filters that they do not know', async () => {
    const receiver = await LocalServer.start(
      (response, { body }) => void response.writeHead(body.includes('"slug":"bad"') ? 500 : 200).end('ok'),
    );
    const body = { slug: 'five', url: receiver.url(), filter: { types: ['EnvironmentCreated'] } };
    await shop.done('POST', HOOKS, body);
    for (const slug of ['good', 'better', 'bad']) await shop.done('POST', `${API}/environments`, { slug });
    await eventually(() => receiver.requests.length === 3, 'three requests');
    let asked: Promise<void> | undefined;
    let items: { state: string; stream: string }[] = [];
    const look = async () => {
      ({ items } = (await ask('GET', '/five/deliveries')).json);
      asked = undefined;
    };
    await eventually(() => {
      asked ??= look();
      return items.length === 3;
    }, 'three deliveries');
    expect(items).toMatchObject([
      {
        stream: 'environment-bad',
        state: 'retrying',
        tries: 1,
        status: 500,
        error: 'the receiver answered 500',
        nextAt: expect.any(String),
      },
      { stream: 'environment-better', state: 'delivered', tries: 1, status: 200, replay: false },
      { stream: 'environment-good', state: 'delivered' },
    ]);
    const page = (await ask('GET', '/five/deliveries?state=delivered&limit=1')).json;
    expect(page.items).toHaveLength(1);
    expect((await ask('GET', `/five/deliveries?state=delivered&limit=1&cursor=${page.next}`)).json.items).toEqual([items[2]]);
    for (const query of ['state=lost', 'type=x', 'cursor=x'])
      expect((await refused(app, 'GET', `${HOOKS}/five/deliveries?${query}`)).status).toBe(400);
    await receiver.stop();
  });

  it('say of no delivery when it is tried again while they are disabled', async () => {
    const receiver = await LocalServer.start((response) => void response.writeHead(410).end());
    await shop.done('POST', HOOKS, { slug: 'six', url: receiver.url(), filter: { types: ['EnvironmentCreated'] } });
    await shop.done('POST', `${API}/environments`, { slug: 'gone' });
    let [asked, disabled]: [Promise<void> | undefined, boolean] = [undefined, false];
    const look = async () => {
      disabled = (await ask('GET', '/six')).json.enabled === false;
      asked = undefined;
    };
    await eventually(() => {
      asked ??= look();
      return disabled;
    }, 'the webhook to be disabled');
    const [delivery] = (await shop.sees(`${HOOKS}/six/deliveries`)).items;
    expect(delivery).toMatchObject({ stream: 'environment-gone', state: 'retrying', tries: 1, status: 410 });
    expect(delivery).not.toHaveProperty('nextAt');
    await receiver.stop();
  });
});

describe('webhooks of the standalone process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-webhooks-'));
  const clock = new SystemClock();
  const log = new RememberingLog();
  let slipway: Standalone | undefined;
  let http: HttpClient;
  let receiver: LocalServer;
  const answers: string[] = [];

  const start = async () => {
    const { settings } = readSettings({ SLIPWAY_DATA_DIR: folder, HTTP_PORT: '0' });
    const state = new ProcessState(log);
    slipway = new Standalone({ settings, state, clock, log, telemetry: silentTelemetry, path: process.env['PATH'] });
    http = new HttpClient(await slipway.start());
    state.enter('running');
  };
  const stop = async () => {
    http.close();
    await slipway?.stop();
    slipway = undefined;
  };
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await http.ask(method, `${API}${path}`, { body });
    answers.push(`${JSON.stringify(answer.headers)}${answer.text}`);
    return answer;
  };
  afterAll(async () => {
    await stop();
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Everything that is kept in the folder, but for the key. */
  const kept = () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name !== 'secret.key' && statSync(join(folder, name)).isFile())
      .map((name) => readFileSync(join(folder, name)));

  it('are told after a restart what happened before it, signed with the same secret, which is nowhere in clear', async () => {
    await start();
    receiver = await LocalServer.start((response) => void response.writeHead(503).end());
    const created = await ask('POST', '/webhooks', {
      slug: 'chat',
      url: receiver.url(),
      secret: SECRET,
      filter: { types: ['EnvironmentCreated'] },
    });
    expect(created.status).toBe(201);
    for (const slug of ['a', 'b']) await ask('POST', '/environments', { slug });
    await eventually(() => receiver.requests.length > 0, 'the first try');
    for (const path of ['/webhooks', '/webhooks/chat', '/webhooks/chat/deliveries', '/audit/streams/webhook-chat', '/audit/events'])
      expect((await ask('GET', path)).status).toBe(200);
    await stop();
    const { port } = receiver;
    await receiver.stop();
    receiver = await LocalServer.start((response) => void response.writeHead(200).end());
    await start();
    await ask('PATCH', '/webhooks/chat', { url: receiver.url() });
    await eventually(() => receiver.requests.length === 2, 'both events');
    expect(port).not.toBe(receiver.port);
    for (const { headers, body } of receiver.requests) new Webhook(SECRET).verify(body, headers as Record<string, string>);
    expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
    await stop();
    const everything = [...kept(), ...answers.map((text) => Buffer.from(text)), Buffer.from(JSON.stringify(log.said))];
    const bare = SECRET.slice('whsec_'.length);
    for (const form of [
      SECRET,
      bare,
      Buffer.from(bare, 'base64').toString(),
      Buffer.from(SECRET).toString('base64'),
      Buffer.from(SECRET).toString('hex'),
    ])
      expect(everything.some((bytes) => bytes.includes(form))).toBe(false);
  });
});
