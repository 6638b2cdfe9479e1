import type { Task } from '@slipway/kernel';
import { ScriptedWorker } from '../../../test/walk/scripted-worker';
import { deploy, release, script, shop } from '../../../test/walk/shop';
import { WalkSystem } from '../../../test/walk/system';
import { deploymentStream } from '../domain/deployment';
import { leaseKey, leasesTable, AttemptLeases } from './attempt-leases';

const LEASE = 30_000;

/** The application judges by itself, once a second of virtual time. */
describe('attempts that nobody speaks for', () => {
  let system: WalkSystem;
  let w1: ScriptedWorker;
  let id: string;
  let task: Task;

  beforeEach(async () => {
    system = await WalkSystem.open('leases');
    w1 = await new ScriptedWorker('w1', system, () => 'runs on').start();
    w1.claims = false;
    await shop(system, { environments: ['staging'], steps: [script('Build'), script('Deploy')] });
    await release(system, '1.0.0');
    id = await deploy(system, '1.0.0', 'staging');
    await system.until(() => w1.tasks.length > 0, 'the task');
    task = w1.tasks[0]!;
  });

  afterEach(async () => {
    await w1.stop();
    await system.close();
  });

  const story = async () => (await system.story(deploymentStream(id))).slice(3);
  const LOST = ['StepDispatched', 'StepStarted', 'StepLost', 'StepSkipped', 'DeploymentFailed'];

  async function granted(): Promise<void> {
    await w1.claim(task);
    await system.quiet();
    expect(w1.answersTo(task)).toEqual(['granted']);
  }

  async function silentFor(ms: number): Promise<void> {
    await system.pass(ms);
  }

  it('loses an attempt whose lease ran out, says so, and fails its deployment', async () => {
    await granted();
    await silentFor(LEASE - 100);
    expect(await story()).toEqual(['StepDispatched', 'StepStarted']);
    await silentFor(1_200);
    expect(await story()).toEqual(LOST);
    const failed = (await system.events(deploymentStream(id))).at(-1);
    expect(failed?.data).toMatchObject({ cause: { code: 'step.lost' } });
    expect(await new AttemptLeases(system.parts.readStore, system.clock, 30).all()).toEqual(new Map());
  });

  it('never loses one that is heard of every ten seconds', async () => {
    await granted();
    for (let beat = 0; beat < 12; beat += 1) {
      await silentFor(10_000);
      await w1.heartbeat(task);
    }
    await system.quiet();
    expect(await story()).toEqual(['StepDispatched', 'StepStarted']);
  });

  it('records the word of a worker that was given up, and goes back on nothing', async () => {
    await granted();
    await silentFor(LEASE + 1_200);
    await w1.end(task, { kind: 'succeeded', outputs: {}, log: { chunks: 0, digest: '' } });
    await system.quiet();
    expect(await story()).toEqual([...LOST, 'LateProgressRecorded']);
  });

  it('does not judge before it has followed the partition for one lease, however long ago the lease ran out', async () => {
    await granted();
    await system.stop();
    await system.clock.advance(10 * LEASE);
    await system.start();
    await silentFor(LEASE - 1_500);
    expect(await story()).toEqual(['StepDispatched', 'StepStarted']);
    await w1.heartbeat(task);
    await system.quiet();
    await silentFor(LEASE - 1_500);
    expect(await story()).toEqual(['StepDispatched', 'StepStarted']);
    await silentFor(3_000);
    expect(await story()).toEqual(LOST);
  });

  it('gives a running attempt without a lease a whole one then', async () => {
    await granted();
    await system.parts.readStore.write([{ table: leasesTable, key: [id, task.token], row: null }]);
    await system.stop();
    await system.start();
    await silentFor(LEASE + 2_000);
    expect((await new AttemptLeases(system.parts.readStore, system.clock, 30).all()).get(leaseKey(task))).toMatchObject({
      token: 1,
      worker: 'w1',
    });
    expect(await story()).toEqual(['StepDispatched', 'StepStarted']);
    await silentFor(LEASE + 1_000);
    expect(await story()).toEqual(LOST);
  });

  it('loses what is being cancelled only after a lease, when its worker does not answer', async () => {
    await granted();
    await w1.stop();
    await system.ask('CancelDeployment', {}, { deployment: id });
    await silentFor(LEASE - 100);
    expect(await story()).toEqual(['StepDispatched', 'StepStarted', 'CancelRequested']);
    await silentFor(1_200);
    expect(await story()).toEqual(['StepDispatched', 'StepStarted', 'CancelRequested', 'StepLost', 'StepSkipped', 'DeploymentCancelled']);
    const cancelled = (await system.events(deploymentStream(id))).at(-1);
    expect(cancelled?.data).toMatchObject({ started: true, acknowledged: false });
  });

  describe('a task that nobody claims', () => {
    async function followed(): Promise<void> {
      await silentFor(LEASE + 1_000);
    }

    it('stays as it is while no worker of its pool is free', async () => {
      await followed();
      const other = await new ScriptedWorker('w2', system).start(['linux']);
      for (let beat = 0; beat < 6; beat += 1) {
        await w1.idle(0);
        await other.idle(5, ['linux']);
        await silentFor(5_000);
      }
      await other.stop();
      expect(await story()).toEqual(['StepDispatched']);
    });

    it('is dispatched again with the next token once a worker of its pool was free throughout ten seconds', async () => {
      await followed();
      await w1.idle(1);
      await silentFor(5_000);
      await w1.idle(1);
      await silentFor(5_000);
      expect(await story()).toEqual(['StepDispatched']);
      await w1.idle(1);
      await silentFor(1_200);
      expect(await story()).toEqual(['StepDispatched', 'StepDispatched']);
      expect((await system.events(deploymentStream(id))).at(-1)?.data).toMatchObject({ attempt: 1, token: 2, because: 'unclaimed' });
    });

    it('drops the old token then, and grants the new one', async () => {
      await followed();
      await w1.idle(1);
      await silentFor(10_000);
      await w1.idle(1);
      await system.until(() => w1.tasks.length === 2, 'the task under its next token');
      for (const one of w1.tasks) await w1.claim(one);
      await system.quiet();
      expect(w1.tasks.map((one) => w1.answersTo(one))).toEqual([['dropped'], ['granted']]);
    });

    it('does not count a worker that was busy in between, or fell silent', async () => {
      await followed();
      for (const free of [1, 0, 1]) {
        await w1.idle(free);
        await silentFor(6_000);
      }
      await silentFor(20_000);
      expect(await story()).toEqual(['StepDispatched']);
    });
  });
});
