import { InProcess } from '../../../support/in-process';
import { refused } from '../../../support/problems';
import { API, SHOP, Shop, STEP } from '../../../support/shop';
import { FAILED, ScriptedWorker, SUCCEEDED } from '../../../walk/scripted-worker';

describe('Modify the Guided Failure Mode (seed 003) over HTTP', () => {
  let app: InProcess;
  let shop: Shop;
  let worker: ScriptedWorker;
  /** Whether what the release deploys works by now. */
  let repaired = false;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    await shop.done('PUT', `${SHOP}/process`, { steps: [STEP, { ...STEP, name: 'Check' }] });
    await shop.release('1.0.0');
    worker = await new ScriptedWorker('w1', app.parts, ({ step }) => (repaired || step === 'Check' ? SUCCEEDED : FAILED)).start();
  });
  afterAll(async () => {
    await worker.stop();
    await app.stop();
  });
  beforeEach(() => (repaired = false));

  const deploy = (more: object = {}) => shop.done('POST', `${SHOP}/releases/1.0.0/deployments`, { environment: 'development', ...more });
  const asked = async (deployment: string) => (await shop.sees(`${API}/interruptions?deployment=${deployment}&state=open`)).items;
  const answer = async (interruption: string, given: string, notes?: string) => {
    const [path, headers] = [`${API}/interruptions/${interruption}`, { 'slipway-actor': 'ada' }];
    expect((await app.ask('POST', `${path}/take`, { headers })).status).toBe(202);
    return app.ask('POST', `${path}/resolve`, { headers, body: { answer: given, notes } });
  };

  it('“Guide failure mode asks for users to intervene when a deployment encounters an error”: it waits for one of them, who lets it go on', async () => {
    const { id } = await deploy({ failureMode: 'guided' });
    expect(await shop.until(id, 'awaiting-intervention', 'failed')).toMatchObject({
      state: 'awaiting-intervention',
      failureMode: 'guided',
    });
    const [interruption, ...others] = await asked(id);
    expect(others).toEqual([]);
    const offered = { deployment: id, step: 'Deploy', kind: 'guided-failure', answers: ['retry', 'ignore', 'fail'], state: 'open' };
    expect(interruption).toMatchObject(offered);
    repaired = true;
    expect(await answer(interruption.id, 'retry', 'the disk was full')).toMatchObject({ status: 202, json: { state: 'resolved' } });
    const { steps } = await shop.until(id, 'succeeded', 'failed');
    expect(steps).toMatchObject([
      { name: 'Deploy', state: 'succeeded', attempts: [{ state: 'failed' }, { state: 'succeeded' }] },
      { name: 'Check', state: 'succeeded' },
    ]);
    expect(await asked(id)).toEqual([]);
  });

  it('“… asks for users to intervene”: they may also ignore the error, which is told as a warning, or let the deployment fail', async () => {
    const { id: ignoring } = await deploy({ failureMode: 'guided' });
    await shop.until(ignoring, 'awaiting-intervention');
    await answer((await asked(ignoring))[0].id, 'ignore');
    expect(await shop.until(ignoring, 'succeeded', 'failed')).toMatchObject({ state: 'succeeded', withWarnings: true });
    const { id: failing } = await deploy({ failureMode: 'guided' });
    await shop.until(failing, 'awaiting-intervention');
    await answer((await asked(failing))[0].id, 'fail');
    expect(await shop.until(failing, 'succeeded', 'failed')).toMatchObject({
      state: 'failed',
      steps: [{ state: 'failed' }, { state: 'skipped' }],
    });
  });

  it('“Expand the Failure mode section, and select the mode you want to use”: for this deployment, whatever its environment does by default', async () => {
    const fails = async (more: object) => shop.until((await deploy(more)).id, 'failed', 'awaiting-intervention');
    expect(await fails({ failureMode: 'fail' })).toMatchObject({ state: 'failed', failureMode: 'fail' });
    expect(await fails({ failureMode: 'default' })).toMatchObject({ state: 'failed', failureMode: 'fail' });
    await shop.done('PATCH', `${API}/environments/development`, { failureMode: 'guided' });
    expect(await fails({ failureMode: 'fail' })).toMatchObject({ state: 'failed', failureMode: 'fail' });
    for (const more of [{}, { failureMode: 'default' }]) {
      const waiting = await fails(more);
      expect(waiting).toMatchObject({ state: 'awaiting-intervention', failureMode: 'guided' });
      expect((await app.ask('POST', `${API}/deployments/${waiting.id}/cancel`)).json.state).toBe('cancelled');
    }
    const body = { environment: 'development', failureMode: 'perhaps' };
    const pointers = ['/failureMode'];
    expect(await refused(app, 'POST', `${SHOP}/releases/1.0.0/deployments`, { body })).toMatchObject({ status: 400, pointers });
  });
});
