import { type Task, TOPICS } from '@slipway/kernel';
import { LOG, ScriptedWorker, SUCCEEDED } from '../../../test/walk/scripted-worker';
import { deploy, release, script, shop } from '../../../test/walk/shop';
import { WalkSystem } from '../../../test/walk/system';
import { deploymentStream } from '../domain/deployment';
import { type LeaseRow, AttemptLeases } from './attempt-leases';

/** Claims are answered by the whole application, on virtual time; w1 gets the tasks, w2 only says what the specification has it say. */
describe('what workers say is answered from the state after the decision', () => {
  let system: WalkSystem;
  let w1: ScriptedWorker;
  let w2: ScriptedWorker;
  let id: string;
  let task: Task;

  beforeEach(async () => {
    system = await WalkSystem.open('claims');
    w1 = await new ScriptedWorker('w1', system, () => 'runs on').start();
    w2 = await new ScriptedWorker('w2', system, () => 'runs on').start(['linux']);
    w1.claims = false;
    await shop(system, { environments: ['staging'], steps: [script('Build'), script('Deploy')] });
    await release(system, '1.0.0');
    id = await deploy(system, '1.0.0', 'staging');
    await system.until(() => w1.tasks.length > 0, 'the task');
    task = w1.tasks[0]!;
  });

  afterEach(async () => {
    await Promise.all([w1.stop(), w2.stop()]);
    await system.close();
  });

  const story = async () => (await system.story(deploymentStream(id))).slice(3);
  async function lease(): Promise<LeaseRow | undefined> {
    return (await new AttemptLeases(system.parts.readStore, system.clock, 30).all()).get(`${id}/1`);
  }
  async function say(...words: (() => Promise<void>)[]): Promise<void> {
    for (const word of words) await word();
    await system.quiet();
  }

  it('grants the first claim, drops the second worker, and grants the holder again however often it asks', async () => {
    await say(
      () => w1.claim(task),
      () => w2.claim(task),
      () => w1.claim(task),
      () => w1.claim(task),
    );
    expect(w1.answersTo(task)).toEqual(['granted', 'granted', 'granted']);
    expect(w2.answersTo(task)).toEqual(['dropped']);
    expect(await story()).toEqual(['StepDispatched', 'StepStarted']);
    expect(await lease()).toMatchObject({ token: 1, worker: 'w1', expiresAt: system.clock.now() + 30_000 });
  });

  it('drops a claim of an attempt that has ended, and of a deployment that nobody knows', async () => {
    const unknown = { ...task, deployment: '019b8d2b-0000-7000-8000-000000000000' };
    await say(
      () => w1.claim(task),
      () => w1.end(task, SUCCEEDED),
      () => w1.claim(task),
      () => w2.claim(unknown),
    );
    expect(w1.answersTo(task)).toEqual(['granted', 'dropped']);
    expect(w2.answersTo(unknown)).toEqual(['dropped']);
    expect(await system.events(deploymentStream(unknown.deployment))).toEqual([]);
  });

  it('drops a token that is not the newest', async () => {
    await say(() => w1.end(task, { kind: 'returned', error: 'it stops' }));
    expect(await story()).toEqual(['StepDispatched', 'StepDispatched']);
    await say(() => w2.claim(task));
    expect(w2.answersTo(task)).toEqual(['dropped']);
    await say(() => w2.claim({ ...task, token: 2 }));
    expect(w2.answersTo({ ...task, token: 2 })).toEqual(['granted']);
  });

  it('answers the holder with cancel while the deployment is being cancelled, and its word ends it', async () => {
    await say(() => w1.claim(task));
    await system.ask('CancelDeployment', { reason: 'wrong one' }, { deployment: id });
    await system.quiet();
    expect(w1.answersTo(task)).toEqual(['granted', 'cancel']);
    expect(await story()).toEqual(['StepDispatched', 'StepStarted', 'CancelRequested', 'StepFailed', 'StepSkipped', 'DeploymentCancelled']);
    expect(await lease()).toBeUndefined();
  });

  it('answers a claim of the holder with cancel when it did not hear the first one', async () => {
    await say(() => w1.claim(task));
    await w1.stop();
    await system.ask('CancelDeployment', {}, { deployment: id });
    await system.quiet();
    const again = await new ScriptedWorker('w1', system).start(['linux']);
    await say(() => again.claim(task));
    expect(again.answersTo(task)).toEqual(['cancel']);
    await again.stop();
  });

  it('takes an outcome once, though it is said twice', async () => {
    await say(
      () => w1.claim(task),
      () => w1.end(task, SUCCEEDED),
      () => w1.end(task, SUCCEEDED),
    );
    expect(await story()).toEqual(['StepDispatched', 'StepStarted', 'StepSucceeded', 'StepDispatched']);
    expect(await lease()).toBeUndefined();
  });

  it('records a late outcome once, and nothing else comes of it', async () => {
    await say(
      () => w1.claim(task),
      () => w2.end(task, SUCCEEDED),
      () => w2.end(task, SUCCEEDED),
    );
    expect(await story()).toEqual(['StepDispatched', 'StepStarted', 'LateProgressRecorded']);
    expect(await lease()).toMatchObject({ worker: 'w1' });
  });

  it('renews the lease for its holder only, under its token only', async () => {
    await say(() => w1.claim(task));
    const granted = system.clock.now();
    await system.clock.advance(5_000);
    await say(
      () => w2.heartbeat(task),
      () => w1.heartbeat({ ...task, token: 2 }),
    );
    expect(await lease()).toMatchObject({ expiresAt: granted + 30_000 });
    await say(() => w1.heartbeat(task));
    expect(await lease()).toMatchObject({ expiresAt: granted + 35_000 });
  });

  it('sets garbage aside, and goes on', async () => {
    const deadLetters: string[] = [];
    const consumer = system.bus.consume({ topics: [TOPICS.deadLetters], handle: async ({ value }) => void deadLetters.push(value) });
    await consumer.started;
    await system.bus.publish([{ topic: TOPICS.progress, key: id, value: '{"kind":"claimed"' }]);
    await say(() => w1.claim(task));
    await system.until(() => w1.answersTo(task).length > 0, 'the answer');
    expect(w1.answersTo(task)).toEqual(['granted']);
    expect(deadLetters).toHaveLength(1);
    await consumer.stop();
  });

  it('keeps what a step answered: outputs, exit code, log summary', async () => {
    const outcome = { kind: 'failed' as const, exitCode: 3, error: 'exit code 3', outputs: { url: 'http://x' }, ...LOG };
    await say(
      () => w1.claim(task),
      () => w1.end(task, outcome),
    );
    const failed = (await system.events(deploymentStream(id))).find((event) => event.type === 'StepFailed');
    expect(failed?.data).toMatchObject({
      exitCode: 3,
      outputs: { url: 'http://x' },
      ...LOG,
      cause: { code: 'step.failed', message: 'exit code 3' },
    });
    expect(failed?.metadata).toMatchObject({ actor: 'slipway/worker', correlationId: 'request-6' });
  });
});
