import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, ELSEWHERE, SHOP, Shop, STEP } from '../../support/shop';

const release = (version: string) => `${SHOP}/releases/${version}`;
const codes = (reasons: readonly { code: string }[]) => reasons.map(({ code }) => code);

describe('a blocked release', () => {
  let app: InProcess;
  let shop: Shop;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    const environments = (await shop.done('GET', `${API}/lifecycles/web`)).phases;
    environments[1].environments[0].automatic = true;
    await shop.done('PATCH', `${API}/lifecycles/web`, { phases: environments });
    await shop.done('PUT', `${SHOP}/process`, { steps: [{ ...STEP, environments: ['production'] }, ELSEWHERE] });
  });
  afterAll(() => app.stop());

  const deployments = async (version: string) =>
    (await shop.done('GET', `${API}/deployments?project=shop&release=${version}&atLeast=${await app.head()}`)).items;

  it('says so, with the reason, who and when, alone and in lists', async () => {
    await shop.release('1.0.0');
    const { json, status } = await app.ask('POST', `${release('1.0.0')}/block`, {
      body: { reason: 'wrong prices' },
      headers: { 'slipway-actor': 'ada' },
    });
    expect({ status, json }).toMatchObject({ status: 202, json: { state: 'blocked', blocked: { reason: 'wrong prices', by: 'ada' } } });
    const path = `${SHOP}/releases?state=blocked&atLeast=${await app.head()}`;
    expect((await shop.done('GET', path)).items).toMatchObject([
      { version: '1.0.0', state: 'blocked', blocked: { reason: 'wrong prices' } },
    ]);
    for (const body of [{}, { reason: ' ' }])
      expect(await refused(app, 'POST', `${release('1.0.0')}/block`, { body })).toMatchObject({ status: 400, pointers: ['/reason'] });
  });

  it('opens no phase by itself while it is blocked, and does once it is unblocked', async () => {
    const { id } = await shop.done('POST', `${release('1.0.0')}/deployments`, { environment: 'development' });
    expect(await shop.ended(id)).toBe('succeeded');
    expect(await deployments('1.0.0')).toHaveLength(1);
    const { phases, next } = await shop.done('GET', `${release('1.0.0')}/progression`);
    expect(next).toEqual([]);
    expect(codes(phases[1].environments[0].reasons)).toEqual(['release-blocked']);
    expect(await refused(app, 'POST', `${release('1.0.0')}/promotions`, { body: { to: 'staging' } })).toMatchObject({
      status: 409,
      code: 'release.not-eligible',
    });
    const { blocked, state } = await shop.done('POST', `${release('1.0.0')}/unblock`, { reason: 'mended' });
    expect({ blocked, state }).toEqual({ blocked: undefined, state: 'active' });
    const [automatic] = await deployments('1.0.0');
    expect(automatic).toMatchObject({ environment: 'staging', requestedBy: 'anonymous' });
    expect(await shop.ended(automatic.id)).toBe('succeeded');
  });

  it('is refused where its deployment waited for its lane meanwhile', async () => {
    await shop.release('1.1.0');
    await shop.ended((await shop.done('POST', `${release('1.1.0')}/deployments`, { environment: 'development' })).id);
    await shop.ended((await deployments('1.1.0'))[0].id);
    // Nobody runs its step here, so it holds the lane.
    const holder = await shop.done('POST', `${release('1.0.0')}/promotions`, { to: 'production' });
    const waiting = await shop.done('POST', `${release('1.1.0')}/promotions`, { to: 'production' });
    await shop.done('POST', `${release('1.1.0')}/block`, { reason: 'too early' });
    await shop.done('POST', `${API}/deployments/${holder.id}/cancel`, {});
    expect(await shop.ended(waiting.id)).toBe('refused');
    const { reason } = await shop.done('GET', `${API}/deployments/${waiting.id}`);
    expect(JSON.stringify(reason)).toContain('release-blocked');
  });
});
