import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, SHOP, Shop } from '../../support/shop';

const RELEASES = `${SHOP}/releases`;

describe('a release that is given no version', () => {
  let app: InProcess;
  let shop: Shop;

  beforeEach(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
  });
  afterEach(() => app.stop());

  const next = async (body: object = {}) => (await shop.done('POST', RELEASES, body)).version as string;

  it('takes the next one, and says which: the patch counts, from 0.0.1', async () => {
    expect(await next()).toBe('0.0.1');
    expect(await next()).toBe('0.0.2');
    await shop.release('1.4.2');
    expect(await next({ title: 'Spring' })).toBe('1.4.3');
  });

  it("takes it by the project's template, which is checked when it is saved", async () => {
    const versionTemplate = '#{Slipway.Version.LastMajor}.#{Slipway.Version.NextMinor}.0';
    expect(await shop.done('PATCH', SHOP, { versionTemplate })).toMatchObject({ versionTemplate });
    expect([await next(), await next()]).toEqual(['0.1.0', '0.2.0']);
    expect(await shop.done('PATCH', SHOP, { versionTemplate: null })).not.toHaveProperty('versionTemplate');
    expect(await next()).toBe('0.2.1');
    for (const wrong of ['1.#{Slipway.Version.NextBuild}.0', 'one', '1.0.#{'])
      expect(await refused(app, 'PATCH', SHOP, { body: { versionTemplate: wrong } })).toMatchObject({
        status: 400,
        code: 'project.version-template',
        pointers: ['/versionTemplate'],
      });
    expect(await refused(app, 'POST', `${API}/projects`, { body: { slug: 'blog', versionTemplate: 'one' } })).toMatchObject({
      status: 400,
    });
  });

  it('takes it by a template of its own, with variables of the project', async () => {
    await shop.done('PUT', `${SHOP}/variables`, { variables: [{ name: 'Line', value: '3.1' }] });
    expect(await next({ version: '#{Line}.#{Slipway.Version.NextPatch}' })).toBe('3.1.1');
    expect(await refused(app, 'POST', RELEASES, { body: { version: '#{Row}.#{Slipway.Version.NextPatch}' } })).toMatchObject({
      status: 409,
      code: 'release.version-template',
      pointers: ['/version'],
    });
    expect(await refused(app, 'POST', RELEASES, { body: { version: '1.0.#{' } })).toMatchObject({ status: 400, pointers: ['/version'] });
  });

  it('passes over versions that are taken, of deleted releases too', async () => {
    for (const version of ['1.0.1', '1.0.2', '1.0.0']) await shop.release(version);
    await shop.done('DELETE', `${RELEASES}/1.0.2`);
    expect(await next()).toBe('1.0.3');
  });

  it('is refused where the template gives a version that is taken, and no other', async () => {
    await shop.done('PATCH', SHOP, { versionTemplate: '2.0.0' });
    expect(await next()).toBe('2.0.0');
    expect(await refused(app, 'POST', RELEASES, { body: {} })).toMatchObject({ status: 409, code: 'release.already-exists' });
  });

  it('is refused without pointing at the request where the template gives a version that its channel does not take', async () => {
    await shop.done('PUT', `${SHOP}/channels`, { channels: [{ slug: 'default', default: true, versions: '>=1.0.0' }] });
    const problem = await refused(app, 'POST', RELEASES, { body: {} });
    expect(problem).toMatchObject({ status: 409, code: 'release.version-rule', facts: { version: '0.0.1' }, pointers: [] });
    expect(await next({ version: '1.0.0' })).toBe('1.0.0');
    expect(await next()).toBe('1.0.1');
  });

  it('gets a version of its own however many are created at once', async () => {
    const versions = await Promise.all(Array.from({ length: 12 }, () => next()));
    expect(new Set(versions)).toEqual(new Set(Array.from({ length: 12 }, (_, at) => `0.0.${at + 1}`)));
  });

  it('is the same release for twins of one key, at once or later', async () => {
    const ask = () => app.ask('POST', RELEASES, { body: { title: 'Twin' }, headers: { 'idempotency-key': 'once' } });
    const first = await ask();
    await shop.release('5.0.0');
    const twins = await Promise.all([ask(), ask()]);
    for (const { status, json } of twins) expect({ status, json }).toEqual({ status: 201, json: first.json });
    expect(await next()).toBe('5.0.1');
  });

  it('follows the releases of its channel where the template asks for them', async () => {
    const channels = [
      { slug: 'default', default: true },
      { slug: 'old', versions: '1.x' },
    ];
    await shop.done('PUT', `${SHOP}/channels`, { channels });
    const versionTemplate =
      '#{Slipway.Version.Channel.LastMajor}.#{Slipway.Version.Channel.LastMinor}.#{Slipway.Version.Channel.NextPatch}';
    await shop.done('PATCH', SHOP, { versionTemplate });
    await shop.done('POST', RELEASES, { version: '1.8.0', channel: 'old' });
    await shop.release('2.3.0');
    expect(await next({ channel: 'old' })).toBe('1.8.1');
    expect(await next()).toBe('2.3.1');
  });
});
