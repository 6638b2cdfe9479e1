import { InProcess } from '../../../support/in-process';
import { refused } from '../../../support/problems';
import { API, ELSEWHERE, SHOP, Shop, STEP } from '../../../support/shop';

const at = (fromNowMs: number, app: InProcess) => new Date(app.parts.clock.now() + fromNowMs).toISOString();

describe('Deploying Releases (seed 003) over HTTP', () => {
  let app: InProcess;
  let shop: Shop;
  const path = (version: string) => `${SHOP}/releases/${version}`;
  const shown = (id: string) => shop.sees(`${API}/deployments/${id}`);

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
  });
  afterAll(() => app.stop());

  it('“Once you’ve defined your deployment process … you can deploy a release”, and not before: a project without steps cuts none', async () => {
    await shop.done('POST', `${API}/projects`, { slug: 'empty', lifecycle: 'web' });
    const [releases, body] = [`${API}/projects/empty/releases`, { version: '1.0.0' }];
    expect(await refused(app, 'POST', releases, { body })).toMatchObject({ status: 409 });
    await shop.done('PUT', `${API}/projects/empty/process`, { steps: [STEP] });
    await shop.done('POST', releases, body);
    expect(await shop.done('POST', `${releases}/1.0.0/deployments`, { environment: 'development' })).toMatchObject({ project: 'empty' });
  });

  it('“… you specified the steps that must be taken, … the scripts to run, and the variables to be used that are required to deploy your software”', async () => {
    const steps = [{ ...STEP, input: { run: './install.sh' } }, ELSEWHERE];
    const variables = [{ name: 'Greeting', value: 'Hello', scope: { environments: ['staging'] } }];
    await shop.done('PUT', `${SHOP}/process`, { steps });
    await shop.done('PUT', `${SHOP}/variables`, { variables });
    expect((await shop.sees(`${SHOP}/process`)).steps).toMatchObject(steps);
    expect((await shop.sees(`${SHOP}/variables`)).variables).toMatchObject(variables);
  });

  it('“When you create a release, you are capturing the deployment process and all the associated assets (… scripts, variables, etc) as they existed at that time”', async () => {
    const { process } = await shop.release('1.0.0');
    expect(process.steps).toMatchObject([{ input: { run: './install.sh' } }, ELSEWHERE]);
    await shop.done('PUT', `${SHOP}/process`, { steps: [STEP, ELSEWHERE] });
    await shop.done('PUT', `${SHOP}/variables`, { variables: [] });
    expect((await shop.sees(path('1.0.0'))).process).toEqual(process);
    expect((await shop.sees(`${path('1.0.0')}/variables`)).variables).toMatchObject([{ name: 'Greeting', value: 'Hello' }]);
  });

  it('“The release is given a version number, and you can deploy that release as many times as you need to”', async () => {
    await shop.release('2.0.0');
    const ids = [];
    for (let times = 0; times < 5; times += 1) ids.push(await shop.deployed('2.0.0', 'development'));
    const { items } = await shop.sees(`${API}/deployments?project=shop&release=2.0.0`);
    expect(items.map(({ id }: { id: string }) => id).sort()).toEqual([...new Set(ids)].sort());
    expect(items).toHaveLength(5);
  });

  it('“When you Deploy a Release, you are executing the deployment process and all the associated details, as they existed when the release was created”', async () => {
    const before = await shown(await shop.deployed('2.0.0', 'development'));
    await shop.done('PUT', `${SHOP}/process`, { steps: [STEP, ELSEWHERE, { ...ELSEWHERE, name: 'New' }] });
    await shop.done('PUT', `${SHOP}/variables`, { variables: [{ name: 'New', value: 'yes' }] });
    const after = await shown(await shop.deployed('2.0.0', 'development'));
    expect([after.steps, after.variablesSnapshot]).toEqual([before.steps, before.variablesSnapshot]);
    await shop.done('PUT', `${SHOP}/process`, { steps: [STEP, ELSEWHERE] });
  });

  it('“With you deployment process defined, you can create a release on the Project’s Overview page”: one request below the project', async () => {
    const { status, headers, json } = await app.ask('POST', `${SHOP}/releases`, { body: { version: '3.0.0' } });
    expect([status, json.project, json.version, headers['etag']]).toEqual([201, 'shop', '3.0.0', expect.stringMatching(/^"\d+"$/)]);
  });

  it('“Give the release a version number, add any release notes you’d like to include, and click SAVE”', async () => {
    const notes = '## Fixed\n- the basket 🧺';
    await shop.done('POST', `${SHOP}/releases`, { version: '3.1.0', notes });
    expect(await shop.sees(path('3.1.0'))).toMatchObject({ version: '3.1.0', notes });
  });

  it('“If you want to deploy a release or schedule a deployment, click on the release”: a release of the list says where it may go, now or later', async () => {
    const [{ version }] = (await shop.sees(`${SHOP}/releases`)).items;
    const { next } = await shop.sees(`${path(version)}/progression`);
    for (const when of [{}, { at: at(3_600_000, app) }]) {
      const { id } = await shop.done('POST', `${path(version)}/deployments`, { environment: next[0], ...when });
      await shop.done('POST', `${API}/deployments/${id}/cancel`);
    }
  });

  it('“Select the release you want to schedule for deployment”, “Click DEPLOY TO... or DEPLOY TO (Environment)”, “select later”, “Click SAVE”: one request with a time', async () => {
    const time = at(86_400_000, app);
    const asked = await shop.done('POST', `${path('3.0.0')}/deployments`, { environment: 'development', at: time, expiresAfter: 'PT1H' });
    expect(await shown(asked.id)).toMatchObject({ state: 'scheduled', at: time, release: '3.0.0', environment: 'development' });
  });

  it('“… select the environment to be deployed to”, “use the checkbox to select steps to excluded from the deployment”: of one deployment, not of the release', async () => {
    await shop.release('3.2.0');
    const excluded = await shown(await shop.deployed('3.2.0', 'development'));
    expect(excluded).toMatchObject({ excluded: ['Deploy'], steps: [{ name: 'Deploy', state: 'excluded' }, { name: 'Elsewhere' }] });
    const { id } = await shop.done('POST', `${path('3.2.0')}/deployments`, { environment: 'development' });
    expect(await shown(id)).toMatchObject({ excluded: [] });
    await shop.done('POST', `${API}/deployments/${id}/cancel`);
  });

  it('“For each release you create, a snapshot is taken of the project variables”', async () => {
    for (const [version, value] of [
      ['4.0.0', 'red'],
      ['4.1.0', 'blue'],
    ]) {
      await shop.done('PUT', `${SHOP}/variables`, { variables: [{ name: 'Colour', value }] });
      await shop.release(version!);
    }
    const taken = await Promise.all(['4.0.0', '4.1.0'].map((version) => shop.sees(`${path(version)}/variables`)));
    expect(taken.map(({ snapshot, variables }) => [snapshot, variables[0].value])).toEqual([
      [1, 'red'],
      [1, 'blue'],
    ]);
    expect(taken[0].hash).not.toBe(taken[1].hash);
  });

  it('“You can update the variables by clicking UPDATE VARIABLES”: the release takes those of now, and only then', async () => {
    expect((await shop.sees(`${path('4.0.0')}/variables`)).variables).toMatchObject([{ value: 'red' }]);
    await shop.done('POST', `${path('4.0.0')}/variables/update`);
    expect(await shop.sees(`${path('4.0.0')}/variables`)).toMatchObject({ snapshot: 2, variables: [{ value: 'blue' }] });
  });
});
