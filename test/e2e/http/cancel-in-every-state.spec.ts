import { eventually } from '@slipway/kernel/testing';
import { InProcess } from '../../support/in-process';
import { refused } from '../../support/problems';
import { API, Shop, STEP } from '../../support/shop';
import { FAILED, ScriptedWorker, SUCCEEDED } from '../../walk/scripted-worker';

const ENDS = ['DeploymentSucceeded', 'DeploymentFailed', 'DeploymentCancelled', 'DeploymentExpired', 'DeploymentRefused'];

/** A project's name says how its steps go. */
function outcome({ project }: { readonly project: string }) {
  if (['failed', 'awaiting-intervention', 'retry'].includes(project)) return FAILED;
  return ['succeeded', 'refused'].includes(project) ? SUCCEEDED : 'runs on';
}

describe('cancelling a deployment that', () => {
  let app: InProcess;
  let shop: Shop;
  let worker: ScriptedWorker;

  beforeAll(async () => {
    app = await InProcess.start();
    shop = await Shop.in(app);
    worker = await new ScriptedWorker('w1', app.parts, outcome).start();
  });
  afterAll(async () => {
    await worker.stop();
    await app.stop();
  });
  beforeEach(() => {
    worker.obeys = true;
    worker.claims = true;
  });

  const cancel = (id: string) => app.ask('POST', `${API}/deployments/${id}/cancel`, { body: { reason: 'enough' } });
  const typesOf = async (id: string): Promise<string[]> =>
    (await shop.sees(`${API}/audit/streams/deployment-${id}?limit=200`)).items.map(({ type }: { type: string }) => type);
  /** A release of a new project. */
  const releaseOf = async (slug: string, steps: readonly object[] = [STEP, { ...STEP, name: 'After' }]): Promise<string> => {
    await shop.done('POST', `${API}/projects`, { slug, lifecycle: 'web' });
    await shop.done('PUT', `${API}/projects/${slug}/process`, { steps });
    await shop.done('POST', `${API}/projects/${slug}/releases`, { version: '1.0.0' });
    return `${API}/projects/${slug}/releases/1.0.0`;
  };
  const deploy = async (release: string, more: object = {}): Promise<string> =>
    (await shop.done('POST', `${release}/deployments`, { environment: 'development', ...more })).id;
  const later = () => ({ at: new Date(app.parts.clock.now() + 3_600_000).toISOString() });
  /** Its first step is on offer, and no worker claims it. */
  const offered = async (release: string, more: object = {}): Promise<string> => {
    worker.claims = false;
    const id = await deploy(release, more);
    await eventually(() => worker.tasks.some(({ deployment }) => deployment === id), 'its step to be offered');
    return id;
  };
  const running = async (release: string): Promise<string> => {
    const id = await deploy(release);
    await eventually(() => worker.answers.some(({ deployment, kind }) => deployment === id && kind === 'granted'), 'its step to run');
    return id;
  };
  const endsAtOnce = async (id: string) => {
    const { status, json } = await cancel(id);
    expect([status, json.state, json.reason.message]).toEqual([202, 'cancelled', 'Cancelled by anonymous: enough.']);
    const told = await typesOf(id);
    expect(told.filter((type) => ENDS.includes(type))).toEqual(['DeploymentCancelled']);
    expect(told).not.toContain('StepStarted');
  };
  const isRefused = async (id: string, state: string) => {
    const before = await typesOf(id);
    const facts = { state };
    expect(await refused(app, 'POST', `${API}/deployments/${id}/cancel`)).toMatchObject({ status: 409, code: 'deployment.ended', facts });
    expect(await typesOf(id)).toEqual(before);
  };

  it('is scheduled ends it at once', async () => endsAtOnce(await deploy(await releaseOf('scheduled'), later())));

  it('waits in its lane ends it at once, and leaves the one before it alone', async () => {
    const release = await releaseOf('queued');
    const holder = await offered(release);
    const waiting = await deploy(release);
    await shop.until(waiting, 'queued');
    await endsAtOnce(waiting);
    expect((await shop.sees(`${API}/deployments/${holder}`)).state).toBe('executing');
  });

  it('offers a step that nobody claimed ends it at once, and its lane goes to the next', async () => {
    const release = await releaseOf('offered');
    await endsAtOnce(await offered(release));
    await offered(release);
  });

  it('runs a step waits for the word of its worker', async () => {
    const id = await running(await releaseOf('executing'));
    const waitingFor = { code: 'cancel-acknowledgement' };
    expect(await cancel(id)).toMatchObject({ status: 202, json: { state: 'cancelling', waitingFor } });
    expect(await shop.until(id, 'cancelled')).toMatchObject({ steps: [{ state: 'failed' }, { state: 'skipped' }] });
    expect((await typesOf(id)).slice(-4)).toEqual(['CancelRequested', 'StepFailed', 'StepSkipped', 'DeploymentCancelled']);
  });

  it('runs two steps side by side waits for the words of both workers', async () => {
    const release = await releaseOf('parallel', [STEP, { ...STEP, name: 'Beside', start: 'with-previous' }]);
    const id = await deploy(release);
    const granted = () => worker.answers.filter(({ deployment, kind }) => deployment === id && kind === 'granted');
    await eventually(() => granted().length === 2, 'both steps to run');
    await cancel(id);
    expect(await shop.until(id, 'cancelled')).toMatchObject({ steps: [{ state: 'failed' }, { state: 'failed' }] });
    expect((await typesOf(id)).filter((type) => ENDS.includes(type))).toEqual(['DeploymentCancelled']);
  });

  it('waits to try a step again ends it at once, and it is not tried again', async () => {
    const release = await releaseOf('retry', [{ ...STEP, retries: { attempts: 2, delay: 'PT1H' } }]);
    const id = await running(release);
    await shop.once(id, ({ steps }) => steps[0].attempts[0]?.state === 'failed', 'failed once');
    expect((await cancel(id)).json).toMatchObject({ state: 'cancelled' });
    expect(worker.tasks.filter(({ deployment }) => deployment === id)).toHaveLength(1);
  });

  it('waits for a time ends it at once', async () => {
    const id = await deploy(await releaseOf('delay', [{ name: 'Soak', type: 'delay', input: { duration: 'PT1H' } }]));
    await shop.once(id, ({ steps }) => steps[0].state === 'running', 'waiting');
    expect((await cancel(id)).json).toMatchObject({ state: 'cancelled' });
  });

  it('asks a person ends it at once, and nobody is asked any more', async () => {
    const id = await deploy(await releaseOf('awaiting-intervention'), { failureMode: 'guided' });
    await shop.until(id, 'awaiting-intervention');
    const [{ id: interruption }] = (await shop.sees(`${API}/interruptions?deployment=${id}`)).items;
    expect((await cancel(id)).json).toMatchObject({ state: 'cancelled' });
    expect((await shop.sees(`${API}/interruptions?deployment=${id}`)).items).toMatchObject([{ id: interruption, state: 'resolved' }]);
    for (const [way, body] of [
      ['take', undefined],
      ['resolve', { answer: 'retry' }],
    ] as const) {
      const refusal = await refused(app, 'POST', `${API}/interruptions/${interruption}/${way}`, { body });
      expect(refusal).toMatchObject({ status: 409, code: 'interruption.resolved' });
    }
    expect((await typesOf(id)).filter((type) => ENDS.includes(type))).toEqual(['DeploymentCancelled']);
  });

  it('is cancelling changes nothing; what its worker says ends it cancelled, even a success', async () => {
    worker.obeys = false;
    const id = await running(await releaseOf('cancelling'));
    expect((await cancel(id)).json.state).toBe('cancelling');
    const before = await typesOf(id);
    expect(await cancel(id)).toMatchObject({ status: 202, json: { state: 'cancelling' } });
    expect(await typesOf(id)).toEqual(before);
    await worker.end(
      worker.tasks.find(({ deployment }) => deployment === id)!,
      SUCCEEDED,
    );
    expect(await shop.until(id, 'cancelled', 'succeeded')).toMatchObject({
      state: 'cancelled',
      steps: [{ state: 'succeeded' }, { state: 'skipped' }],
    });
  });

  it('is cancelled changes nothing', async () => {
    const id = await deploy(await releaseOf('cancelled'), later());
    await endsAtOnce(id);
    const before = await typesOf(id);
    expect(await cancel(id)).toMatchObject({ status: 202, json: { state: 'cancelled' } });
    expect(await typesOf(id)).toEqual(before);
  });

  it.each(['succeeded', 'failed'])('has %s is refused', async (state) => {
    const id = await deploy(await releaseOf(state));
    await shop.until(id, state);
    await isRefused(id, state);
  });

  it('has expired is refused', async () => {
    const release = await releaseOf('expired');
    await offered(release);
    const id = await deploy(release, { expiresAfter: 'PT1S' });
    await shop.until(id, 'expired');
    await isRefused(id, 'expired');
  });

  it('was refused by a block is refused', async () => {
    const release = await releaseOf('refused');
    await shop.until(await deploy(release), 'succeeded');
    const holder = await offered(release, { environment: 'staging' });
    const id = await deploy(release, { environment: 'staging' });
    await shop.until(id, 'queued');
    await shop.done('POST', `${release}/block`, { reason: 'a defect' });
    await cancel(holder);
    await shop.until(id, 'refused');
    await isRefused(id, 'refused');
  });
});
