import { InProcess } from '../../../support/in-process';
import { API, ELSEWHERE, SHOP, Shop, STEP } from '../../../support/shop';

describe('Release Management and Deployment (seed 001) over HTTP', () => {
  let app: InProcess;
  let shop: Shop;
  const versions = async () => (await shop.sees(`${SHOP}/releases`)).items.map((release: { version: string }) => release.version);

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
  });
  afterAll(() => app.stop());

  it('“… a unique approach that links releases between different environments, such as development and staging”', async () => {
    await shop.release('1.0.0');
    await shop.deployed('1.0.0', 'development');
    const deployment = await shop.promoted('1.0.0', 'staging');
    expect((await shop.sees(`${SHOP}/releases/1.0.0`)).links).toMatchObject([{ from: 'development', to: 'staging', deployment }]);
    // The history says the same, for ever.
    const { items } = await shop.sees(`${API}/audit/streams/release-shop@1.0.0?limit=200`);
    const links = items.filter(({ type }: { type: string }) => type === 'ReleasePromoted');
    expect(links).toMatchObject([{ data: { from: 'development', to: 'staging', deployment } }]);
  });

  it('“… but may lead to specific constraints when it comes to deleting releases”: what could be deleted before it was linked cannot be after', async () => {
    await shop.release('1.1.0');
    await shop.deployed('1.1.0', 'development');
    expect(await shop.sees(`${SHOP}/releases/1.1.0`)).toMatchObject({ deletable: true, notDeletable: [] });
    await shop.promoted('1.1.0', 'staging');
    const { deletable, notDeletable } = await shop.sees(`${SHOP}/releases/1.1.0`);
    expect([deletable, notDeletable[0].code]).toEqual([false, 'release-linked']);
    expect((await app.ask('DELETE', `${SHOP}/releases/1.1.0`)).status).toBe(409);
  });

  it('“… a release in development may have issues or requires modifications before being promoted to other environments”: it is deleted, and the modified one goes on in its place', async () => {
    await shop.release('2.0.0');
    await shop.deployed('2.0.0', 'development');
    await shop.done('DELETE', `${SHOP}/releases/2.0.0`);
    await shop.done('PUT', `${SHOP}/process`, { steps: [{ ...STEP, input: { run: './repaired' } }, ELSEWHERE] });
    await shop.release('2.0.1');
    expect(await versions()).toEqual(['2.0.1', '1.1.0', '1.0.0']);
    await shop.deployed('2.0.1', 'development');
    await shop.promoted('2.0.1', 'staging');
    expect(await shop.sees(`${SHOP}/releases/2.0.1`)).toMatchObject({
      process: { steps: [{ input: { run: './repaired' } }, { name: 'Elsewhere' }] },
      links: [{ from: 'development', to: 'staging' }],
    });
  });

  it('“To commence the deployment of a release, simply click on the deployment icon positioned adjacent to the release in question”: one request on a release of the list', async () => {
    await shop.release('3.0.0');
    const [version] = await versions();
    const { next } = await shop.sees(`${SHOP}/releases/${version}/progression`);
    const { status, json } = await app.ask('POST', `${SHOP}/releases/${version}/deployments`, { body: { environment: next[0] } });
    expect([status, json.release, json.environment]).toEqual([201, '3.0.0', 'development']);
    expect(await shop.sees(`${API}/deployments/${json.id}`)).toMatchObject({ id: json.id, project: 'shop', release: '3.0.0' });
  });
});
