import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { eventually, settle } from '@slipway/kernel/testing';
import { Webhook } from 'standardwebhooks';
import { REFUSALS } from './retry-policy';
import { type Receiver, SECRET, WebhookSystem } from './webhook-system.fixture';

const HOUR = 3_600_000;

describe('a webhook', () => {
  let system: WebhookSystem;
  let receiver: Receiver;

  beforeEach(async () => {
    system = new WebhookSystem();
    await system.start();
    receiver = await system.receiver();
  });
  afterEach(() => system.close());

  it('is told what happens from its creation on, in order, as signed CloudEvents', async () => {
    await system.happened('before');
    await system.webhook('chat', receiver.server.url('/hooks?room=7'));
    await system.happened('a', 'b', 'c');
    const requests = await receiver.got(3);
    expect(receiver.told).toEqual(['EnvironmentCreated a', 'EnvironmentCreated b', 'EnvironmentCreated c']);
    const [event] = await system.events.readStream('environment-a');
    const [first] = requests;
    expect(first).toMatchObject({ method: 'POST', url: '/hooks?room=7' });
    expect(first!.headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': event!.id,
      'webhook-timestamp': String(system.clock.now() / 1_000),
    });
    expect(first!.headers['slipway-replay']).toBeUndefined();
    expect(JSON.parse(first!.body)).toEqual({
      specversion: '1.0',
      id: event!.id,
      source: '/streams/environment-a',
      type: 'slipway.EnvironmentCreated',
      time: event!.metadata.at,
      datacontenttype: 'application/json',
      position: String(event!.position),
      streamversion: 0,
      actor: 'ada',
      correlationid: 'correlation',
      causationid: 'request',
      data: expect.objectContaining({ position: String(event!.position), actor: 'ada', data: { slug: 'a' } }),
    });
  });

  it('signs so that a receiver of Standard Webhooks believes it, and nobody else', async () => {
    await system.webhook('chat', receiver.server.url());
    await system.clock.advance(new SystemClock().now() - system.clock.now());
    await system.happened('a');
    const [{ headers, body }] = (await receiver.got(1)) as [Receiver['requests'][number]];
    const sent = headers as Record<string, string>;
    expect(new Webhook(SECRET).verify(body, sent)).toEqual(JSON.parse(body));
    expect(() => new Webhook(SECRET).verify(`${body} `, sent)).toThrow('No matching signature found');
    expect(() => new Webhook(`whsec_${Buffer.alloc(24, 8).toString('base64')}`).verify(body, sent)).toThrow('No matching signature found');
    expect(() => new Webhook(SECRET).verify(body, { ...sent, 'webhook-id': 'other' })).toThrow('No matching signature found');
  });

  it('is told of what its filter names only', async () => {
    await system.webhook('all', receiver.server.url('/all'), {});
    await system.webhook('one', receiver.server.url('/one'), { environments: ['b'] });
    await system.happened('a', 'b');
    await system.delivered('all', 'b');
    await system.delivered('one', 'b');
    const to = (path: string) => receiver.told.filter((_, index) => receiver.requests[index]!.url === path);
    expect(to('/all')).toEqual(['WebhookCreated one', 'EnvironmentCreated a', 'EnvironmentCreated b']);
    expect(to('/one')).toEqual(['EnvironmentCreated b']);
  });

  it('is tried again with longer and longer pauses while its receiver does not work; what comes later waits for its turn', async () => {
    receiver.status(500);
    await system.webhook('chat', receiver.server.url());
    await system.happened('a', 'b');
    for (const [tries, pause] of [5, 10, 20, 40].entries()) {
      const { nextAt, status, error } = await system.delivery('chat', 'a', 'retrying', tries + 1);
      expect([status, error]).toEqual([500, 'the receiver answered 500']);
      const wait = Date.parse(nextAt!) - system.clock.now();
      expect(wait).toBeGreaterThanOrEqual(pause * 800);
      expect(wait).toBeLessThanOrEqual(pause * 1_200);
      await system.clock.advance(wait - 1);
      await receiver.got(tries + 1);
      if (tries === 3) receiver.status(200);
      await system.clock.advance(1);
    }
    await system.delivered('chat', 'b');
    expect(receiver.told.map((told) => told.at(-1))).toEqual(['a', 'a', 'a', 'a', 'a', 'b']);
    expect(await system.delivered('chat', 'a')).toMatchObject({ tries: 5, status: 200, error: null, nextAt: null, replay: false });
  });

  it('gives an event up that a working receiver does not want, and goes on with the next', async () => {
    receiver.answer = (response, { body }) => void response.writeHead(body.includes('"slug":"poison"') ? 422 : 200).end();
    await system.webhook('chat', receiver.server.url());
    await system.happened('a', 'poison', 'b');
    expect(await system.givenUp('chat', 'poison')).toMatchObject({ tries: REFUSALS, status: 422, nextAt: null });
    await system.delivered('chat', 'b');
    expect(receiver.told.filter((told) => told.endsWith(' b'))).toHaveLength(1);
    expect(system.log.said).toContainEqual(expect.objectContaining({ level: 'warn', message: 'webhook chat: gave up an event' }));
  });

  it('does not hold up others when its receiver is dead, slow, or lies', async () => {
    const endless = await system.receiver();
    endless.answer = (response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write(Buffer.alloc(65_536)));
        response.once('drain', more);
      };
      more();
    };
    const silent = await system.receiver();
    silent.answer = () => undefined;
    await system.webhook('dead', 'http://127.0.0.1:9/');
    await system.webhook('silent', silent.server.url());
    await system.webhook('endless', endless.server.url());
    await system.webhook('fine', receiver.server.url());
    await system.happened('a', 'b');
    await system.delivered('fine', 'b');
    expect(await system.delivery('dead', 'a', 'retrying')).toMatchObject({ status: null, error: expect.stringContaining('127.0.0.1:9') });
    // It said 2xx, and of the rest nobody wants to know.
    expect(await system.delivered('endless', 'b')).toMatchObject({ status: 200, tries: 1 });
    await eventually(() => endless.server.open === 0, 'the end of an endless answer');
    await silent.got(1);
    await system.clock.advance(10_000);
    expect(await system.delivery('silent', 'a', 'retrying')).toMatchObject({
      error: expect.stringMatching(/did not answer whole within 10 s/),
    });
    expect((await system.deliveries('dead')).filter(({ stream }) => stream === 'environment-b')).toEqual([]);
  });

  it('is done with a receiver that said 2xx, though the rest of its answer drips or breaks off', async () => {
    const dripping = await system.receiver();
    let begun = false;
    dripping.answer = (response) => response.writeHead(200).write('a', () => (begun = true));
    receiver.answer = (response) => response.writeHead(202, { 'content-length': '9' }).write('a', () => response.destroy());
    await system.webhook('dripping', dripping.server.url());
    await system.webhook('chat', receiver.server.url());
    await system.happened('a');
    expect(await system.delivered('chat', 'a')).toMatchObject({ status: 202, tries: 1, error: null });
    await eventually(() => begun, 'the head of an answer');
    await settle(20);
    await system.clock.advance(10_000);
    expect(await system.delivered('dripping', 'a')).toMatchObject({ status: 200, tries: 1, error: null });
  });

  it('waits as long as its receiver asks, within an hour', async () => {
    const waits = async (slug: string, headers: Record<string, string>, status = 429) => {
      receiver.status(status, headers);
      await system.webhook(slug, receiver.server.url(), { environments: [slug] });
      await system.happened(slug);
      const { nextAt } = await system.delivery(slug, slug, 'retrying');
      return (Date.parse(nextAt!) - system.clock.now()) / 1_000;
    };
    expect(await waits('seconds', { 'retry-after': '120' })).toBe(120);
    expect(await waits('time', { 'retry-after': new Date(system.clock.now() + 90_000).toUTCString() }, 503)).toBe(90);
    expect(await waits('ever', { 'retry-after': '999999999' })).toBe(3_600);
    for (const [slug, value] of Object.entries({ soon: '1', past: 'Mon, 05 Jan 2009 08:00:00 GMT', rubbish: 'later', minus: '-5' })) {
      const wait = await waits(slug, { 'retry-after': value });
      expect([wait >= 4, wait <= 6]).toEqual([true, true]);
    }
  });

  it('follows no redirect: it is told where not to send', async () => {
    const elsewhere = await system.receiver();
    receiver.status(302, { location: elsewhere.server.url() });
    await system.webhook('chat', receiver.server.url());
    await system.happened('a');
    expect(await system.delivery('chat', 'a', 'retrying')).toMatchObject({ status: 302, error: expect.stringContaining('set the url') });
    expect(elsewhere.requests).toEqual([]);
  });

  it('calls nothing that the egress policy refuses', async () => {
    await system.webhook('metadata', 'http://169.254.169.254/latest');
    await system.happened('a');
    expect(await system.delivery('metadata', 'a', 'retrying')).toMatchObject({
      status: null,
      error: expect.stringContaining('link-local'),
    });
  });

  it('is disabled by a receiver that is gone; enabled again, it goes on with that very event', async () => {
    receiver.status(410);
    await system.webhook('chat', receiver.server.url());
    await system.happened('a', 'b');
    await eventually(() => system.events.page(0n, 100).events.some(({ type }) => type === 'WebhookDisabled'), 'the webhook to be disabled');
    await system.noticed();
    expect(await system.state('chat')).toMatchObject({ webhook: { enabled: false, disabledBecause: expect.stringContaining('410 Gone') } });
    await system.clock.advance(48 * HOUR);
    await receiver.got(1);
    await system.happened('c');
    receiver.status(200);
    await system.ask('chat', { type: 'ChangeWebhook', data: { enabled: true } });
    await system.delivered('chat', 'c');
    expect(receiver.told.map((told) => told.at(-1))).toEqual(['a', 'a', 'b', 'c']);
  });

  it('is tried at once with another address when it was changed, and sends nothing any more when it was deleted', async () => {
    await system.webhook('chat', 'http://127.0.0.1:9/');
    await system.happened('a');
    await system.delivery('chat', 'a', 'retrying');
    await system.ask('chat', { type: 'ChangeWebhook', data: { url: receiver.server.url() } });
    await system.delivered('chat', 'a');
    await system.ask('chat', { type: 'DeleteWebhook', data: {} });
    await system.noticed();
    await system.happened('b');
    await system.clock.advance(HOUR);
    await receiver.got(1);
    expect(await system.deliveries('chat')).toEqual([]);
  });

  it('forgets what waits for its next try when that is not wanted any more', async () => {
    receiver.status(500);
    await system.webhook('chat', receiver.server.url());
    await system.happened('a', 'b');
    await system.delivery('chat', 'a', 'retrying');
    receiver.status(200);
    await system.ask('chat', { type: 'ChangeWebhook', data: { filter: { environments: ['b'] } } });
    await system.delivered('chat', 'b');
    expect((await system.deliveries('chat')).map(({ stream }) => stream)).toEqual(['environment-b']);
    expect(receiver.told.map((told) => told.at(-1))).toEqual(['a', 'b']);
  });

  it('sends nothing while it is disabled, and all of that afterwards', async () => {
    await system.webhook('chat', receiver.server.url());
    await system.ask('chat', { type: 'ChangeWebhook', data: { enabled: false } });
    await system.noticed();
    await system.happened('a', 'b');
    await settle(20);
    expect(receiver.requests).toEqual([]);
    await system.ask('chat', { type: 'ChangeWebhook', data: { enabled: true } });
    await system.delivered('chat', 'b');
    expect(receiver.told).toEqual(['EnvironmentCreated a', 'EnvironmentCreated b']);
  });
});
