import { eventually } from '@slipway/kernel/testing';
import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, Shop, STEP } from '../../support/shop';
import { FAILED, ScriptedWorker, SUCCEEDED } from '../../walk/scripted-worker';

const deploys = (project: string, more: object = {}, input: object = {}) => ({
  ...{ name: `Deploy ${project}`, type: 'deploy-release', input: { project, ...input } },
  ...more,
});

describe('a step that deploys the release of another project', () => {
  let app: InProcess;
  let shop: Shop;
  let worker: ScriptedWorker;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    const outcome = ({ project }: { project: string }) =>
      project.startsWith('broken') ? FAILED : project.startsWith('slow') ? 'runs on' : SUCCEEDED;
    worker = await new ScriptedWorker('w1', app.parts, outcome).start();
  });
  afterAll(async () => {
    await worker.stop();
    await app.stop();
  });

  const project = async (slug: string, steps: readonly object[], ...versions: readonly string[]): Promise<void> => {
    await shop.done('POST', `${API}/projects`, { slug, lifecycle: 'web' });
    await shop.done('PUT', `${API}/projects/${slug}/process`, { steps });
    for (const version of versions) await shop.done('POST', `${API}/projects/${slug}/releases`, { version });
  };
  const deploy = async (slug: string, environment = 'development', more: object = {}): Promise<string> =>
    (await shop.done('POST', `${API}/projects/${slug}/releases/1.0.0/deployments`, { environment, ...more })).id;
  const child = async (parent: string) => {
    const of = async () =>
      (await shop.sees(`${API}/deployments?limit=200`)).items.find(
        (one: { parent?: { deployment: string } }) => one.parent?.deployment === parent,
      );
    let found = await of();
    await eventually(() => {
      void of().then((seen) => (found = seen));
      return found !== undefined;
    }, `a deployment that ${parent} waits for`);
    return found;
  };

  it('deploys its latest release to the same environment, waits for it, and tells later steps which it was', async () => {
    await project('api', [STEP], '1.0.0', '1.1.0');
    await project('suite', [deploys('api'), { ...STEP, name: 'After' }], '1.0.0');
    const id = await deploy('suite');
    expect(await shop.ended(id)).toBe('succeeded');
    const other = await child(id);
    expect(other).toMatchObject({
      project: 'api',
      release: '1.1.0',
      environment: 'development',
      state: 'succeeded',
      parent: { deployment: id, step: 'Deploy api' },
    });
    const { steps } = await shop.sees(`${API}/deployments/${id}`);
    expect(steps[0]).toMatchObject({ state: 'succeeded', outputs: { Deployment: other.id, Release: '1.1.0' } });
    const task = worker.tasks.find(({ deployment, step }) => deployment === id && step === 'After');
    expect(task).toBeDefined();
    const order = (await shop.sees(`${API}/audit/events?limit=200&type=DeploymentSucceeded`)).items.map(
      ({ stream }: { stream: string }) => stream,
    );
    expect(order.indexOf(`deployment-${other.id}`)).toBeLessThan(order.indexOf(`deployment-${id}`));
  });

  it('deploys the release and environment that it names', async () => {
    await project('api-two', [STEP], '1.0.0', '2.0.0');
    await project('suite-two', [deploys('api-two', {}, { version: '1.0.0', environment: 'development' })], '1.0.0');
    const id = await deploy('suite-two');
    await shop.ended(id);
    expect(await child(id)).toMatchObject({ release: '1.0.0', environment: 'development' });
  });

  it.each([
    ['it is not eligible there', 'early', 'staging', 'release.not-eligible'],
    ['there is no such release', 'gone', 'development', 'release.not-found'],
    ['there is no release at all', 'empty', 'development', 'release.not-found'],
  ])('fails with the reason when %s', async (_why, slug, environment, code) => {
    await project(slug, [STEP], ...(slug === 'empty' ? [] : ['1.0.0']));
    const input = slug === 'gone' ? { version: '9.0.0' } : { environment };
    await project(`suite-${slug}`, [deploys(slug, {}, input)], '1.0.0');
    const id = await deploy(`suite-${slug}`);
    expect(await shop.ended(id)).toBe('failed');
    const { steps, reason } = await shop.sees(`${API}/deployments/${id}`);
    expect(steps[0]).toMatchObject({ state: 'failed', attempts: [{ error: { code } }] });
    expect(reason.message).toContain(`cannot be deployed to ${environment}`);
  });

  it('fails when the other one does, and a person may let it be deployed again', async () => {
    await project('broken-api', [STEP], '1.0.0');
    await project('suite-broken', [deploys('broken-api')], '1.0.0');
    const id = await deploy('suite-broken', 'development', { failureMode: 'guided' });
    await shop.until(id, 'awaiting-intervention');
    const [interruption] = (await shop.sees(`${API}/interruptions?deployment=${id}`)).items;
    expect(interruption.cause).toMatchObject({ code: 'child.failed', message: expect.stringContaining('broken-api 1.0.0 ended failed') });
    worker.script = ({ project: of }) => (of.startsWith('slow') ? 'runs on' : SUCCEEDED);
    await shop.done('POST', `${API}/interruptions/${interruption.id}/take`, {});
    await shop.done('POST', `${API}/interruptions/${interruption.id}/resolve`, { answer: 'retry' });
    expect(await shop.ended(id)).toBe('succeeded');
    const { items } = await shop.sees(`${API}/deployments?project=broken-api`);
    expect(items.map(({ state }: { state: string }) => state)).toEqual(['succeeded', 'failed']);
  });

  it('cancelled, cancels the other one, and ends after it', async () => {
    await project('slow-api', [STEP], '1.0.0');
    await project('suite-slow', [deploys('slow-api'), { ...STEP, name: 'After' }], '1.0.0');
    const id = await deploy('suite-slow');
    const other = await child(id);
    await shop.once(other.id, ({ steps }) => steps[0].state === 'running', 'running');
    const waiting = await shop.sees(`${API}/deployments/${id}`);
    expect(waiting.waitingFor).toMatchObject({ code: 'child-deployment', facts: { deployment: other.id, project: 'slow-api' } });
    expect((await shop.done('POST', `${API}/deployments/${id}/cancel`, { reason: 'enough' })).state).toBe('cancelling');
    expect(await shop.until(id, 'cancelled')).toMatchObject({ steps: [{ state: 'failed' }, { state: 'skipped' }] });
    const { state, reason } = await shop.sees(`${API}/deployments/${other.id}`);
    expect([state, reason.message]).toEqual(['cancelled', expect.stringContaining('no longer waits for it')]);
  });

  it('that takes too long times out, and the other one is cancelled', async () => {
    await project('slow-too', [STEP], '1.0.0');
    await project('suite-too', [deploys('slow-too', { timeout: 'PT1S' })], '1.0.0');
    const id = await deploy('suite-too');
    expect(await shop.ended(id)).toBe('failed');
    expect((await shop.sees(`${API}/deployments/${id}`)).steps[0].state).toBe('timed-out');
    expect(await shop.ended((await child(id)).id)).toBe('cancelled');
  });

  it('of projects that would wait for each other cannot be saved', async () => {
    await project('one', [STEP]);
    await project('two', [deploys('one')]);
    await project('three', [deploys('two')]);
    for (const [slug, way] of [
      ['one', 'one → one'],
      ['three', 'one → three → two → one'],
    ]) {
      const steps = [STEP, { ...deploys(slug!), name: 'Round' }];
      const problem = await refused(app, 'PUT', `${API}/projects/one/process`, { body: { steps } });
      expect(problem).toMatchObject({ status: 400, code: 'process.invalid', pointers: ['/steps/1/input/project'] });
      expect(problem.detail).toContain(way);
    }
    const unknown = await refused(app, 'PUT', `${API}/projects/one/process`, { body: { steps: [deploys('nobody')] } });
    expect(unknown).toMatchObject({ status: 400, pointers: ['/steps/0/input/project'] });
  });

  it('of releases that would wait for each other, cut before their processes were changed, fails instead of waiting for ever', async () => {
    await project('left', [STEP], '1.0.0');
    await project('right', [deploys('left')], '1.0.0');
    // The old release of `right` deploys the newest of `left`, whose new release deploys `right`.
    await shop.done('PUT', `${API}/projects/right/process`, { steps: [STEP] });
    await shop.done('PUT', `${API}/projects/left/process`, { steps: [deploys('right')] });
    await shop.done('POST', `${API}/projects/left/releases`, { version: '2.0.0' });
    const id = await deploy('right');
    expect(await shop.ended(id)).toBe('failed');
    expect((await shop.sees(`${API}/deployments/${id}`)).reason.message).toContain('right → left → right');
  });
});
