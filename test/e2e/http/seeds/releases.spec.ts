import { InProcess } from '../../../support/in-process';
import { refused } from '../../../support/problems';
import { API, ELSEWHERE, SHOP, Shop, STEP } from '../../../support/shop';

const GREETING = { name: 'Greeting', value: 'Hello' };

describe('Releases (seed 002) over HTTP', () => {
  let app: InProcess;
  let shop: Shop;
  const path = (version: string) => `${SHOP}/releases/${version}`;
  const runsOf = async (id: string) => (await shop.sees(`${API}/deployments/${id}/steps`)).items;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
  });
  beforeEach(async () => {
    await shop.done('PUT', `${SHOP}/process`, { steps: [STEP, ELSEWHERE] });
    await shop.done('PUT', `${SHOP}/variables`, { variables: [GREETING] });
  });
  afterAll(() => app.stop());

  it('“… two important concepts involved in deploying”: releases and deployments are resources of their own, and each deployment names its release', async () => {
    await shop.release('1.0.0');
    const id = await shop.deployed('1.0.0', 'development');
    expect(await shop.sees(path('1.0.0'))).toMatchObject({ version: '1.0.0', project: 'shop' });
    expect(await shop.sees(`${API}/deployments/${id}`)).toMatchObject({ id, project: 'shop', release: '1.0.0' });
  });

  it('“Recall that a project is like a recipe that describes the steps (instructions) and variables (ingredients) required to deploy”', async () => {
    expect((await shop.sees(`${SHOP}/process`)).steps).toMatchObject([STEP, ELSEWHERE]);
    expect((await shop.sees(`${SHOP}/variables`)).variables).toMatchObject([GREETING]);
  });

  it('“A release captures all the project … details so it be deployed over and over in a safe and repeatable way”', async () => {
    const cut = await shop.release('1.1.0');
    expect(cut).toMatchObject({ process: { steps: [STEP, ELSEWHERE] }, variables: { snapshot: 1 }, lifecycle: { slug: 'web' } });
    const first = await runsOf(await shop.deployed('1.1.0', 'development'));
    await shop.done('PUT', `${SHOP}/process`, { steps: [{ ...STEP, name: 'Something else' }] });
    await shop.done('PUT', `${SHOP}/variables`, { variables: [] });
    const again = await runsOf(await shop.deployed('1.1.0', 'development'));
    expect(again).toEqual(first);
    expect(await shop.sees(path('1.1.0'))).toEqual(cut);
  });

  it('“A deployment is the execution of the steps to deploy a release to an environment”: it says of every step how it went', async () => {
    await shop.release('1.2.0');
    const id = await shop.deployed('1.2.0', 'development');
    const { release, environment, state, steps } = await shop.sees(`${API}/deployments/${id}`);
    expect({ release, environment, state }).toEqual({ release: '1.2.0', environment: 'development', state: 'succeeded' });
    expect(steps).toMatchObject([
      { name: 'Deploy', state: 'excluded' },
      { name: 'Elsewhere', state: 'skipped' },
    ]);
  });

  it('“The deployment process also includes steps to add and remove the machine from a load balancer in a rolling deployment”: any number of steps, in their order', async () => {
    const steps = ['Leave the balancer', 'Deploy', 'Join the balancer'].map((name) => ({ ...STEP, name }));
    await shop.done('PUT', `${SHOP}/process`, { steps });
    await shop.release('1.3.0');
    const { id } = await shop.done('POST', `${path('1.3.0')}/deployments`, { environment: 'development' });
    const names = (await runsOf(id)).map(({ name }: { name: string }) => name);
    expect(names).toEqual(['Leave the balancer', 'Deploy', 'Join the balancer']);
    await shop.done('POST', `${API}/deployments/${id}/cancel`);
  });

  it('“You can create a new release by selecting the Create release button on the project details page”: one request below the project', async () => {
    const answer = await app.ask('POST', `${SHOP}/releases`, { body: { version: '1.4.0' } });
    expect([answer.status, answer.json.project, answer.json.version]).toEqual([201, 'shop', '1.4.0']);
    expect((await shop.sees(`${SHOP}/releases?text=1.4.0`)).items).toMatchObject([{ version: '1.4.0' }]);
  });

  it('“This allows you to specify the version for the release … and optional release notes”', async () => {
    await shop.done('POST', `${SHOP}/releases`, { version: '1.5.0', notes: 'Faster *and* nicer.' });
    expect(await shop.sees(path('1.5.0'))).toMatchObject({ version: '1.5.0', notes: 'Faster *and* nicer.' });
    await shop.done('POST', `${SHOP}/releases`, { version: '1.5.1' });
    expect(await shop.sees(path('1.5.1'))).not.toHaveProperty('notes');
    expect(await refused(app, 'POST', `${SHOP}/releases`, { body: { version: '1.5.1' } })).toMatchObject({ status: 409 });
  });

  it('“Once you save this new release, you can simply select deploy and then promote it through the environments for this project”', async () => {
    await shop.release('1.6.0');
    const nextOf = async () => (await shop.sees(`${path('1.6.0')}/progression`)).next;
    expect(await nextOf()).toEqual(['development']);
    await shop.deployed('1.6.0', 'development');
    expect(await nextOf()).toEqual(['staging']);
    await shop.promoted('1.6.0', 'staging');
    expect(await nextOf()).toEqual(['production']);
    await shop.promoted('1.6.0', 'production');
    expect(await nextOf()).toEqual([]);
  });

  it('“If you had a fully automated build and deployment pipeline, the releases are generally created automatically”: a build server cuts one, once however often it asks, and the first environment follows by itself', async () => {
    const phases = [{ name: 'Try', environments: [{ environment: 'development', automatic: true }] }];
    await shop.done('POST', `${API}/lifecycles`, { slug: 'pipeline', phases });
    await shop.done('POST', `${API}/projects`, { slug: 'robot', lifecycle: 'pipeline' });
    await shop.done('PUT', `${API}/projects/robot/process`, { steps: [STEP] });
    const headers = { 'slipway-actor': 'build-server', 'idempotency-key': 'build-77' };
    const cut = () => app.ask('POST', `${API}/projects/robot/releases`, { body: { version: '7.7.0' }, headers });
    const answers = [await cut(), await cut()];
    expect(answers.map(({ status, json }) => [status, json.createdBy])).toEqual(Array(2).fill([201, 'build-server']));
    expect((await shop.sees(`${API}/projects/robot/releases`)).items).toHaveLength(1);
    expect((await shop.sees(`${API}/deployments?project=robot`)).items).toMatchObject([{ release: '7.7.0', environment: 'development' }]);
  });

  it('“Octopus releases should be considered read-only”: no request changes what one is made of', async () => {
    const cut = await shop.release('1.7.0');
    for (const [method, below] of [
      ['PUT', ''],
      ['PATCH', ''],
      ['PUT', '/process'],
      ['PATCH', '/process'],
      ['PUT', '/variables'],
      ['PUT', '/lifecycle'],
    ] as const)
      expect([404, 405]).toContain((await refused(app, method, `${path('1.7.0')}${below}`, { body: {} })).status);
    expect(await refused(app, 'POST', `${SHOP}/releases`, { body: { version: '1.7.0', notes: 'other' } })).toMatchObject({ status: 409 });
    expect(await shop.sees(path('1.7.0'))).toEqual(cut);
  });

  it('“… the release snapshot details are captured when you create a release”: a redeploy runs the steps of then, a new release those of now', async () => {
    await shop.release('1.8.0');
    await shop.deployed('1.8.0', 'development');
    await shop.done('PUT', `${SHOP}/process`, { steps: [STEP, ELSEWHERE, { ...ELSEWHERE, name: 'Latest change' }] });
    const namesOf = async (version: string) =>
      (await runsOf(await shop.deployed(version, 'development'))).map(({ name }: { name: string }) => name);
    expect(await namesOf('1.8.0')).toEqual(['Deploy', 'Elsewhere']);
    await shop.release('1.9.0');
    expect(await namesOf('1.9.0')).toEqual(['Deploy', 'Elsewhere', 'Latest change']);
  });
});
