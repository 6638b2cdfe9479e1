import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, ELSEWHERE, SHOP, Shop, STEP } from '../../support/shop';

const CHANNELS = [
  { slug: 'default', default: true, prerelease: 'none' },
  { slug: 'hotfix', lifecycle: 'short', versions: '^1.0.0' },
];

describe('the channels of a project', () => {
  let app: InProcess;
  let shop: Shop;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    const phases = [{ name: 'live', environments: [{ environment: 'production' }] }];
    await shop.done('POST', `${API}/lifecycles`, { slug: 'short', phases });
  });
  afterAll(() => app.stop());

  it('are one that nobody had to make, until they are set', async () => {
    expect(await shop.done('GET', `${SHOP}/channels`)).toMatchObject({ revision: 0, channels: [{ slug: 'default', default: true }] });
    const set = await shop.done('PUT', `${SHOP}/channels`, { channels: CHANNELS });
    expect(set).toMatchObject({ revision: 1, channels: [{ slug: 'default' }, { slug: 'hotfix', default: false, lifecycle: 'short' }] });
    expect(await shop.done('GET', `${SHOP}/channels`)).toEqual(set);
  });

  it('select the lifecycle of a release, and hold its version to rules', async () => {
    expect(await shop.done('POST', `${SHOP}/releases`, { version: '1.0.0' })).toMatchObject({
      channel: 'default',
      lifecycle: { slug: 'web' },
    });
    const hotfix = { version: '1.0.1-fix.1', channel: 'hotfix' };
    expect(await shop.done('POST', `${SHOP}/releases`, hotfix)).toMatchObject({ channel: 'hotfix', lifecycle: { slug: 'short' } });
    const [broken, other, none] = await Promise.all(
      [{ version: '1.1.0-rc.1' }, { version: '2.0.0', channel: 'hotfix' }, { version: '1.0.2', channel: 'nightly' }].map((body) =>
        refused(app, 'POST', `${SHOP}/releases`, { body }),
      ),
    );
    expect(broken).toMatchObject({ status: 409, code: 'release.version-rule', pointers: ['/version'] });
    expect(other).toMatchObject({ status: 409, code: 'release.version-rule', pointers: ['/version'] });
    expect(none).toMatchObject({ status: 400, code: 'release.unknown-channel', pointers: ['/channel'] });
  });

  it('filter the list of releases', async () => {
    const { items } = await shop.done('GET', `${SHOP}/releases?channel=hotfix&atLeast=${await app.head()}`);
    expect(items.map((one: { version: string }) => one.version)).toEqual(['1.0.1-fix.1']);
    for (const [parameter, value] of [
      ['state', 'gone'],
      ['channel', 'NoSlug'],
      ['environment', ''],
    ])
      expect(await refused(app, 'GET', `${SHOP}/releases?${parameter}=${value}`)).toMatchObject({
        status: 400,
        pointers: [`?${parameter}`],
      });
  });

  it('can be named by values of variables, and stay while they are', async () => {
    const scoped = (channel: string) => ({ variables: [{ name: 'Host', value: 'x', scope: { channels: [channel] } }] });
    await shop.done('PUT', `${SHOP}/variables`, scoped('hotfix'));
    expect(await refused(app, 'PUT', `${SHOP}/variables`, { body: scoped('nightly') })).toMatchObject({
      status: 400,
      pointers: ['/variables/0/scope/channels/0'],
    });
    expect(await refused(app, 'PUT', `${SHOP}/channels`, { body: { channels: CHANNELS.slice(0, 1) } })).toMatchObject({
      status: 409,
      code: 'channels.in-use',
      pointers: ['/channels'],
    });
  });

  it('are refused where they name a lifecycle that does not exist, or hold rules that are none', async () => {
    const channels = [...CHANNELS, { slug: 'lost', lifecycle: 'nowhere' }];
    expect(await refused(app, 'PUT', `${SHOP}/channels`, { body: { channels } })).toMatchObject({
      status: 400,
      code: 'channels.invalid',
      pointers: ['/channels/2/lifecycle'],
    });
    const wrong = [...CHANNELS, { slug: 'odd', versions: 'some', prerelease: '*' }];
    expect(await refused(app, 'PUT', `${SHOP}/channels`, { body: { channels: wrong } })).toMatchObject({
      status: 400,
      pointers: ['/channels/2/versions', '/channels/2/prerelease'],
    });
  });

  it('leave the releases alone that exist', async () => {
    await shop.done('PUT', `${SHOP}/process`, { steps: [STEP, ELSEWHERE] });
    await shop.done('PUT', `${SHOP}/variables`, { variables: [] });
    await shop.done('PUT', `${SHOP}/channels`, { channels: [{ slug: 'default', default: true }] });
    expect(await shop.done('GET', `${SHOP}/releases/1.0.1-fix.1`)).toMatchObject({ channel: 'hotfix', lifecycle: { slug: 'short' } });
  });
});
