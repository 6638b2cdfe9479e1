import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';

const FREEZES = `${API}/freezes`;
const RELEASE = `${SHOP}/releases/1.0.0`;
const HOUR = 3_600_000;

describe('freezes over HTTP', () => {
  let app: InProcess;
  let shop: Shop;
  let now: number;
  const time = (hours: number) => new Date(now + hours * HOUR).toISOString();
  const current = (slug: string, more: object = {}) => ({ slug, start: time(-1), end: time(2), ...more });
  const deploy = (more: object = {}) =>
    app.ask('POST', `${RELEASE}/deployments`, { body: { environment: 'development', exclude: ['Deploy'], ...more } });

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    await shop.release('1.0.0');
    now = app.parts.clock.now();
  });
  afterAll(() => app.stop());
  afterEach(async () => {
    const { json } = await app.ask('GET', FREEZES);
    for (const { slug } of json.items as { slug: string }[]) await shop.done('DELETE', `${FREEZES}/${slug}`);
  });

  it('are created, shown as they are now, changed, and lifted for good', async () => {
    const body = { ...current('sale'), reason: 'Sale', environments: ['production'], recurrence: { rule: 'FREQ=DAILY;COUNT=3' } };
    const created = await app.ask('POST', FREEZES, { body });
    expect(created).toMatchObject({ status: 201, headers: { etag: '"0"' } });
    expect(created.json).toEqual({
      ...body,
      timeZone: 'UTC',
      active: true,
      until: time(2),
      lastStart: time(47),
      next: { start: time(23), end: time(26) },
    });
    const atLeast = created.headers['slipway-position'] as string;
    expect((await app.ask('GET', `${FREEZES}/sale`)).json).toEqual(created.json);
    expect((await app.ask('GET', `${FREEZES}?atLeast=${atLeast}`)).json).toEqual({ items: [created.json] });
    const changed = await app.ask('PATCH', `${FREEZES}/sale`, {
      body: { recurrence: null, start: time(1) },
      headers: { 'if-match': '"0"' },
    });
    expect(changed.status).toBe(202);
    expect(changed.json).toEqual({
      slug: 'sale',
      reason: 'Sale',
      environments: ['production'],
      timeZone: 'UTC',
      start: time(1),
      end: time(2),
      active: false,
      next: { start: time(1), end: time(2) },
    });
    expect((await app.ask('DELETE', `${FREEZES}/sale`)).status).toBe(202);
    expect((await app.ask('DELETE', `${FREEZES}/sale`)).status).toBe(202);
    expect(await refused(app, 'GET', `${FREEZES}/sale`)).toMatchObject({ status: 404, code: 'freeze.not-found' });
    expect(await refused(app, 'PATCH', `${FREEZES}/sale`, { body: { reason: 'x' } })).toMatchObject({ status: 404 });
    expect(await refused(app, 'POST', FREEZES, { body })).toMatchObject({ status: 409, code: 'freeze.already-exists' });
    const history = await app.ask('GET', `${API}/audit/streams/freeze-sale`);
    expect(history.json.items.map((one: { type: string }) => one.type)).toEqual(['FreezeCreated', 'FreezeChanged', 'FreezeDeleted']);
  });

  it.each([
    [['/environments/1', '/projects/0'], 'freeze.unknown-scope', { environments: ['staging', 'moon'], projects: ['rocket'] }],
    [['/environments'], 'request.invalid', { environments: [] }],
    [['/projects'], 'request.invalid', { projects: ['shop', 'shop'] }],
    [['/timeZone'], 'freeze.invalid', { timeZone: 'Moon/Base' }],
    [['/timeZone'], 'request.invalid', { timeZone: '+01:00' }],
    [['/end'], 'freeze.invalid', { end: '2001-01-01T00:00:00Z' }],
    [['/end'], 'freeze.over', { start: '2001-01-01T00:00:00Z', end: '2001-01-02T00:00:00Z' }],
    [['/start'], 'request.invalid', { start: 'tomorrow' }],
    [['/recurrence/rule'], 'freeze.invalid', { recurrence: { rule: 'FREQ=HOURLY' } }],
    [['/recurrence/rule'], 'request.invalid', { recurrence: {} }],
    [['/recurrence/until'], 'request.invalid', { recurrence: { rule: 'FREQ=DAILY', until: '2099-01-01T00:00:00Z' } }],
    [['/active'], 'request.invalid', { active: true }],
  ])('are refused at %j, and nothing changes', async (pointers, code, more) => {
    const problem = await refused(app, 'POST', FREEZES, { body: { ...current('bad'), ...more } });
    expect({ code: problem.code, pointers: problem.pointers.toSorted() }).toEqual({ code, pointers });
    expect(problem.status).toBe(400);
  });

  it('refuse a deployment into them, named in the refusal and in the progression with the time when they are over', async () => {
    const { json: freeze } = await app.ask('POST', FREEZES, { body: current('night', { reason: 'All asleep.' }) });
    const problem = await refused(app, 'POST', `${RELEASE}/deployments`, { body: { environment: 'development' } });
    const events = expect.arrayContaining([expect.any(String)]);
    const reason = { code: 'freeze-active', facts: { freeze: 'night', until: freeze.until }, notBefore: freeze.until, events };
    expect(problem).toMatchObject({ status: 409, code: 'release.not-eligible', facts: { reasons: [reason] } });
    const { json } = await app.ask('GET', `${RELEASE}/progression`);
    expect(json.phases[0].environments[0]).toMatchObject({ allowed: false, reasons: [reason], notBefore: freeze.until });
    expect(json.next).not.toContain('development');
  });

  it('refuse by the time of the deployment: tomorrow is refused during a freeze of tomorrow, today is not', async () => {
    await shop.done('POST', FREEZES, { slug: 'tomorrow', start: time(23), end: time(26) });
    expect(await refused(app, 'POST', `${RELEASE}/deployments`, { body: { environment: 'development', at: time(24) } })).toMatchObject({
      code: 'release.not-eligible',
    });
    expect((await deploy()).status).toBe(201);
    const after = await deploy({ at: time(26) });
    expect(after.status).toBe(201);
    await shop.done('POST', `${API}/deployments/${after.json.id}/cancel`, {});
  });

  it('let a deployment through with a reason, which the history keeps as an event of its own', async () => {
    await shop.done('POST', FREEZES, current('stop'));
    for (const overrideFreeze of [{}, { reason: '' }, { reason: ' \n' }, { reason: 7 }, true])
      expect(await refused(app, 'POST', `${RELEASE}/deployments`, { body: { environment: 'development', overrideFreeze } })).toMatchObject({
        code: 'request.invalid',
      });
    const answer = await deploy({ overrideFreeze: { reason: 'The shop is down.' } });
    const overrideFreeze = { reason: 'The shop is down.', freezes: ['stop'] };
    expect(answer).toMatchObject({ status: 201, json: { overrideFreeze } });
    expect(await shop.ended(answer.json.id as string)).toBe('succeeded');
    expect((await app.ask('GET', `${API}/deployments/${answer.json.id}`)).json).toMatchObject({ overrideFreeze });
    const { json } = await app.ask('GET', `${API}/audit/events?type=FreezeOverridden`);
    expect(json.items.at(-1)).toMatchObject({
      stream: 'release-shop@1.0.0',
      command: 'ScheduleDeployment',
      data: { deployment: answer.json.id, environment: 'development', freezes: ['stop'], reason: 'The shop is down.' },
    });
  });

  it('have nothing to override where none is active', async () => {
    const problem = await refused(app, 'POST', `${RELEASE}/deployments`, {
      body: { environment: 'development', overrideFreeze: { reason: 'Just in case.' } },
    });
    expect(problem).toMatchObject({ status: 409, code: 'deployment.no-freeze', pointers: ['/overrideFreeze'] });
  });

  it('let a redeployment through in the same way', async () => {
    const id = await shop.deployed('1.0.0', 'development');
    await shop.done('POST', FREEZES, current('again'));
    expect(await refused(app, 'POST', `${API}/deployments/${id}/redeploy`, { body: {} })).toMatchObject({ code: 'release.not-eligible' });
    const again = await app.ask('POST', `${API}/deployments/${id}/redeploy`, {
      body: { overrideFreeze: { reason: 'It was fine before.' } },
    });
    expect(again.status).toBe(201);
    expect(await shop.ended(again.json.id as string)).toBe('succeeded');
  });

  it('are looked back at as they were: a freeze that is lifted by now froze then', async () => {
    const { headers } = await app.ask('POST', FREEZES, { body: current('past') });
    const then = headers['slipway-position'] as string;
    const lifted = await shop.done('DELETE', `${FREEZES}/past`);
    expect([lifted.active, lifted.until, lifted.next]).toEqual([false, undefined, undefined]);
    const at = async (query: string) =>
      (await app.ask('GET', `${RELEASE}/progression${query}`)).json.phases[0].environments[0].allowed as boolean;
    expect([await at(''), await at(`?asOf=${then}`), await at(`?asOf=${BigInt(then) - 1n}`)]).toEqual([true, false, true]);
  });
});
