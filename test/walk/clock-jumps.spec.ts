import { deploymentStream } from '@slipway/deployments/domain/deployment';
import { DashboardQuery, ShowDashboard } from '@slipway/deployments/queries/dashboard.query';
import type { RecordedEvent } from '@slipway/kernel';
import { SEED, SeededRandom } from '@slipway/kernel/testing';
import { FAILED, ScriptedWorker, SUCCEEDED } from './scripted-worker';
import { deploy, release, script, shop } from './shop';
import { WalkSystem } from './system';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** So soon the timers notice. */
const NOTICED_MS = 1_100;
const ENDS = ['DeploymentSucceeded', 'DeploymentFailed', 'DeploymentCancelled', 'DeploymentExpired', 'DeploymentRefused'];

describe('a clock that jumps', () => {
  let system: WalkSystem;
  let worker: ScriptedWorker;

  beforeEach(async () => {
    system = await WalkSystem.open('jumps');
    worker = await new ScriptedWorker('w1', system).start();
    await shop(system, { environments: ['staging'], steps: [script('Deploy')] });
    await release(system, '1.0.0');
  });
  afterEach(async () => {
    await worker.stop();
    await system.close();
  });

  const ahead = (ms: number) => new Date(system.clock.now() + ms).toISOString();
  const story = (id: string) => system.story(deploymentStream(id));
  const jump = async (ms: number) => {
    system.clock.jump(ms);
    await system.pass(NOTICED_MS);
  };
  /** Takes the lane and keeps it: no worker claims its step. */
  const holder = async () => {
    worker.claims = false;
    const id = await deploy(system, '1.0.0', 'staging');
    await system.until(() => worker.tasks.some(({ deployment }) => deployment === id), 'the holder of the lane');
    return id;
  };

  it('forwards past its time starts a scheduled deployment at once', async () => {
    const id = await deploy(system, '1.0.0', 'staging', { at: ahead(5 * HOUR), expiresAfter: 'PT2H' });
    await jump(4 * HOUR);
    expect(await story(id)).toEqual(['DeploymentOpened']);
    await jump(2 * HOUR);
    expect((await story(id)).at(-1)).toBe('DeploymentSucceeded');
  });

  it('forwards past time and expiry lets a scheduled deployment expire: it never starts', async () => {
    const id = await deploy(system, '1.0.0', 'staging', { at: ahead(HOUR), expiresAfter: 'PT30M' });
    await jump(2 * HOUR);
    expect(await story(id)).toEqual(['DeploymentOpened', 'DeploymentExpired']);
    await jump(-2 * HOUR);
    await system.pass(5 * MINUTE);
    expect(await story(id)).toEqual(['DeploymentOpened', 'DeploymentExpired']);
  });

  it('forwards past its expiry lets a queued deployment expire, even where its lane gets free in that moment', async () => {
    const holding = await holder();
    const waiting = await deploy(system, '1.0.0', 'staging', { expiresAfter: 'PT30M' });
    await system.quiet();
    system.clock.jump(HOUR);
    await system.ask('CancelDeployment', {}, { deployment: holding });
    await system.pass(NOTICED_MS);
    expect(await story(waiting)).toEqual(['DeploymentOpened', 'DeploymentQueued', 'DeploymentExpired']);
    worker.claims = true;
    const next = await deploy(system, '1.0.0', 'staging');
    await system.pass(NOTICED_MS);
    expect((await story(next)).at(-1)).toBe('DeploymentSucceeded');
  });

  it('back lets a scheduled deployment wait until the clock shows its time again, and then start once', async () => {
    const id = await deploy(system, '1.0.0', 'staging', { at: ahead(2 * MINUTE), expiresAfter: 'PT1M' });
    await system.pass(MINUTE);
    await jump(-MINUTE);
    await system.pass(2 * MINUTE - NOTICED_MS - 1);
    expect(await story(id)).toEqual(['DeploymentOpened']);
    await system.pass(NOTICED_MS);
    const told = await story(id);
    expect([told.filter((type) => type === 'DeploymentQueued').length, told.at(-1)]).toEqual([1, 'DeploymentSucceeded']);
  });

  it('back behind its time takes nothing back from a deployment that waits in its lane, and its expiry is told by the clock', async () => {
    await holder();
    const waiting = await deploy(system, '1.0.0', 'staging', { expiresAfter: 'PT10M' });
    await system.pass(5 * MINUTE);
    await jump(-5 * MINUTE);
    await system.pass(10 * MINUTE - NOTICED_MS - 1);
    expect(await story(waiting)).toEqual(['DeploymentOpened', 'DeploymentQueued']);
    await system.pass(1);
    expect(await story(waiting)).toEqual(['DeploymentOpened', 'DeploymentQueued', 'DeploymentExpired']);
  });

  it('back keeps the order of what happened: the later success is the current one, though its time is earlier', async () => {
    await deploy(system, '1.0.0', 'staging');
    await system.pass(NOTICED_MS);
    await jump(-3 * HOUR);
    await release(system, '1.1.0');
    const id = await deploy(system, '1.1.0', 'staging');
    await system.pass(NOTICED_MS);
    const { projects } = await system.query<{ projects: readonly object[] }>(new ShowDashboard(new DashboardQuery()));
    expect(projects).toMatchObject([{ cells: { staging: { current: { release: '1.1.0', deployment: id }, latest: { id } } } }]);
  });

  it.each([
    ['forwards', 12 * HOUR],
    ['back', -12 * HOUR],
  ])('%s takes no running step from the worker that is heard of', async (_way, by) => {
    worker.script = () => 'runs on';
    const id = await deploy(system, '1.0.0', 'staging');
    await system.until(() => worker.answers.length > 0, 'the grant');
    await system.pass(MINUTE / 2);
    await jump(by);
    for (let beats = 0; beats < 9; beats += 1) {
      await worker.heartbeat(worker.tasks[0]!);
      await system.pass(10_000);
    }
    await worker.end(worker.tasks[0]!, SUCCEEDED);
    await system.pass(NOTICED_MS);
    expect((await story(id)).slice(-2)).toEqual(['StepSucceeded', 'DeploymentSucceeded']);
  });

  it.each([
    ['forwards', 12 * HOUR],
    ['back', -12 * HOUR],
  ])('%s forgets no step that nobody claimed while a worker is free', async (_way, by) => {
    worker.claims = false;
    await deploy(system, '1.0.0', 'staging');
    await system.until(() => worker.tasks.length > 0, 'the task');
    await jump(by);
    for (let reports = 0; reports < 15 && worker.tasks.length < 2; reports += 1) {
      await worker.idle();
      await system.pass(4_000);
    }
    expect(worker.tasks.map(({ token }) => token)).toEqual([1, 2]);
  });

  it.each([
    ['forwards', 12 * HOUR],
    ['back', -12 * HOUR],
  ])('%s leaves no step for long with a worker that is silent', async (_way, by) => {
    worker.script = () => 'runs on';
    const id = await deploy(system, '1.0.0', 'staging');
    await system.until(() => worker.answers.length > 0, 'the grant');
    await jump(by);
    await system.pass(MINUTE);
    expect(await story(id)).toContain('StepLost');
  });

  it('forwards past it, and back before it, moves the next try of a step, which comes once', async () => {
    let tries = 0;
    worker.script = () => ((tries += 1) === 1 ? FAILED : SUCCEEDED);
    await shop(system, {
      project: 'stubborn',
      environments: ['staging'],
      steps: [script('Deploy', { retries: { attempts: 3, delay: 'PT10M' } })],
    });
    await release(system, '1.0.0', 'stubborn');
    const id = await deploy(system, '1.0.0', 'staging', { project: 'stubborn' });
    await system.pass(NOTICED_MS);
    await jump(-10 * MINUTE);
    await system.pass(10 * MINUTE);
    expect(tries).toBe(1);
    await jump(HOUR);
    expect([tries, (await story(id)).at(-1)]).toEqual([2, 'DeploymentSucceeded']);
    await jump(-HOUR);
    await jump(2 * HOUR);
    expect(tries).toBe(2);
  });

  it.each([
    ['forwards', 2 * HOUR],
    ['back', -2 * HOUR],
  ])('%s lets a person who is asked have what the clock says', async (_way, by) => {
    const manual = { name: 'Look', type: 'manual-intervention', input: { instructions: 'Look.' }, timeout: 'PT1H' };
    await shop(system, { project: 'asking', environments: ['staging'], steps: [manual] });
    await release(system, '1.0.0', 'asking');
    const id = await deploy(system, '1.0.0', 'staging', { project: 'asking' });
    await system.pass(NOTICED_MS);
    await jump(by);
    const expired = by > HOUR;
    expect((await story(id)).includes('StepTimedOut')).toBe(expired);
    expect((await story(id)).at(-1)).toBe(expired ? 'DeploymentFailed' : 'InterruptionRaised');
  });

  it.each([1, 2, 3])(
    `to and fro at random starts nothing early, nothing late, and ends everything once (seed ${SEED}, walk %i)`,
    async (walk) => {
      const random = new SeededRandom(`${SEED}-${walk}`);
      const between = (least: number, most: number) => Math.round(least + random.fraction() * (most - least));
      const asked = new Map<string, { at: number; expiresAt: number }>();
      for (let round = 0; round < 12; round += 1) {
        const at = system.clock.now() + between(0, 40 * MINUTE);
        const expiresAt = at + between(1, 40 * MINUTE);
        const times = { at: new Date(at).toISOString(), expiresAt: new Date(expiresAt).toISOString() };
        asked.set(await deploy(system, '1.0.0', 'staging', times), { at, expiresAt });
        system.clock.jump(between(-20 * MINUTE, 30 * MINUTE));
        await system.pass(between(1, 5_000));
      }
      system.clock.jump(3 * HOUR);
      const events = async () => (await system.events()).filter(({ stream }) => stream.startsWith('deployment-'));
      const ended = (all: readonly RecordedEvent[]) => all.filter(({ type }) => ENDS.includes(type)).map(({ stream }) => stream);
      await system.until(async () => ended(await events()).length === asked.size, 'the end of all');
      const all = await events();
      expect(new Set(ended(all))).toEqual(new Set([...asked.keys()].map(deploymentStream)));
      for (const [id, { at, expiresAt }] of asked) {
        const when = (type: string) =>
          all
            .filter((event) => event.stream === deploymentStream(id) && event.type === type)
            .map(({ metadata }) => Date.parse(metadata.at));
        expect(when('DeploymentQueued').every((time) => time >= at && time < expiresAt)).toBe(true);
        expect(when('DeploymentStarted').every((time) => time < expiresAt)).toBe(true);
        expect(when('DeploymentExpired').every((time) => time >= expiresAt)).toBe(true);
      }
    },
  );
});
