import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, SHOP, Shop, STEP } from '../../support/shop';
import { ManualClock } from '@slipway/kernel/testing';

const RELEASE = `${SHOP}/releases/1.0.0`;
const NOW = Date.parse('2026-01-05T08:00:00.000Z');
const DAYS_30 = 30 * 86_400_000;
const at = (ms: number) => new Date(NOW + ms).toISOString();

describe('a request for a deployment', () => {
  let app: InProcess;
  let shop: Shop;
  const ask = (more: object) => app.ask('POST', `${RELEASE}/deployments`, { body: { environment: 'development', ...more } });
  const refusal = (more: object) => refused(app, 'POST', `${RELEASE}/deployments`, { body: { environment: 'development', ...more } });

  beforeAll(async () => {
    app = await InProcess.start({ clock: new ManualClock(NOW) });
    shop = await Shop.in(app);
    await shop.done('PUT', `${SHOP}/process`, { steps: [STEP, { ...STEP, name: 'Check', required: true }] });
    await shop.release('1.0.0');
  });
  afterAll(() => app.stop());

  it('may be for now, to exactly 30 days ahead, in any offset', async () => {
    expect((await ask({ at: at(0) })).json.at).toBe(at(0));
    expect((await ask({ at: at(DAYS_30) })).json.at).toBe(at(DAYS_30));
    expect((await ask({ at: '2026-01-05T19:30:00+11:00' })).json.at).toBe('2026-01-05T08:30:00.000Z');
  });

  it('is refused for a time that is past or too distant, and for what is no time', async () => {
    expect(await refusal({ at: at(-1) })).toMatchObject({ code: 'deployment.at-past', pointers: ['/at'] });
    expect(await refusal({ at: at(DAYS_30 + 1_000) })).toMatchObject({ code: 'deployment.at-too-far', pointers: ['/at'] });
    for (const time of ['tomorrow', '2026-01-05', '2026-01-05T08:00:00', '2026-02-30T08:00:00Z', '', 1_700_000_000])
      expect(await refusal({ at: time })).toMatchObject({ code: 'request.invalid', pointers: ['/at'] });
  });

  it('expires after its start, by a period or by a time, not by both', async () => {
    expect((await ask({ at: at(60_000), expiresAfter: 'PT1M' })).json.expiresAt).toBe(at(120_000));
    expect((await ask({ at: at(60_000), expiresAt: at(60_001) })).json.expiresAt).toBe(at(60_001));
    expect(await refusal({ at: at(60_000), expiresAt: at(60_000) })).toMatchObject({
      code: 'deployment.expiry-before-start',
      pointers: ['/expiresAt'],
    });
    expect(await refusal({ expiresAfter: 'PT1M', expiresAt: at(60_000) })).toMatchObject({ code: 'deployment.expiry-twice' });
    for (const period of ['PT0S', 'P366D']) expect(await refusal({ expiresAfter: period })).toMatchObject({ pointers: ['/expiresAfter'] });
    for (const period of ['1h', 'P1M', '-PT1H', 60])
      expect(await refusal({ expiresAfter: period })).toMatchObject({ code: 'request.invalid' });
  });

  it('excludes steps that there are and that may be left out, whatever the case', async () => {
    expect((await ask({ at: at(1_000), exclude: ['DEPLOY'] })).json.excluded).toEqual(['Deploy']);
    expect(await refusal({ exclude: ['Deploy', 'Nothing', 'check'] })).toMatchObject({
      code: 'deployment.exclude',
      pointers: ['/exclude/1', '/exclude/2'],
    });
    expect(await refusal({ exclude: ['Deploy', 'Deploy'] })).toMatchObject({ code: 'request.invalid', pointers: ['/exclude'] });
  });

  it('names a release and an environment that there are, of which the one may go to the other', async () => {
    expect(await refusal({ environment: 'nowhere' })).toMatchObject({
      status: 400,
      code: 'deployment.unknown-environment',
      pointers: ['/environment'],
    });
    expect(await refusal({ environment: 'production' })).toMatchObject({ status: 409, code: 'release.not-eligible' });
    await shop.done('POST', `${API}/environments`, { slug: 'aside' });
    expect(await refusal({ environment: 'aside' })).toMatchObject({ status: 409, code: 'release.not-eligible' });
    expect(await refused(app, 'POST', `${SHOP}/releases/9.9.9/deployments`, { body: { environment: 'development' } })).toMatchObject({
      status: 404,
    });
    expect(await refused(app, 'POST', `${RELEASE}/promotions`, { body: { to: 'development' } })).toMatchObject({
      code: 'release.nothing-to-promote',
    });
    expect(await refused(app, 'POST', `${RELEASE}/promotions`, { body: { to: 'nowhere' } })).toMatchObject({ pointers: ['/to'] });
    expect(await refused(app, 'POST', `${RELEASE}/promotions`, { body: { environment: 'staging' } })).toMatchObject({
      pointers: ['/environment', '/to'],
    });
  });

  it('can be cancelled at once by the id that its answer gave, and by no other', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = (await ask({ at: at(60_000) })).json;
      expect((await app.ask('POST', `${API}/deployments/${id}/cancel`)).json).toMatchObject({ id, state: 'cancelled' });
    }
    for (const id of ['00000000-0000-7000-8000-000000000000', 'FFFFFFFF-FFFF-7FFF-BFFF-FFFFFFFFFFFF', '1', 'shop', '%20'])
      expect(await refused(app, 'POST', `${API}/deployments/${id}/cancel`)).toMatchObject({ status: 404, code: 'deployment.not-found' });
  });

  it.each([
    ['1', 'v1.0.0', '1.0', '01.0.0', ' 1.0.0', '1.0.0 ', '1.0.0-', '1.0.0+', '1.0.0-01', '', `1.0.0-${'x'.repeat(100)}`, '1.0.0\n'],
  ])('is for a release whose version is a Semantic Version, not %j', async (...versions) => {
    for (const version of versions)
      expect(await refused(app, 'POST', `${SHOP}/releases`, { body: { version } })).toMatchObject({ status: 400, pointers: ['/version'] });
  });
});
