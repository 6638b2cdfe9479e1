import type { Script } from './scripted-worker';
import { ScriptedWorker, SUCCEEDED } from './scripted-worker';
import { deploy, release, shop } from './shop';
import { WalkSystem } from './system';

const MINUTE = 60_000;

describe('a freeze that begins while deployments wait', () => {
  let system: WalkSystem;
  let worker: ScriptedWorker;
  const at = (minutes: number) => new Date(system.clock.now() + minutes * MINUTE).toISOString();
  const freeze = (slug: string, from: number, to: number) =>
    system.ask('CreateFreeze', { slug, start: at(from), end: at(to), environments: ['development'] });
  const ended = async (deployment: string, type: string) => {
    await system.until(async () => (await system.story(`deployment-${deployment}`)).includes(type), `${type} of ${deployment}`);
    return (await system.events(`deployment-${deployment}`)).find((event) => event.type === type)?.data;
  };
  const open = async (seed: string, script: Script, options: Parameters<typeof shop>[1] = {}) => {
    system = await WalkSystem.open(seed);
    worker = await new ScriptedWorker('w1', system, script).start();
    await shop(system, options);
  };
  afterEach(async () => {
    await worker.stop();
    await system.close();
  });

  it('lets the one that runs end, and refuses the queued one when its turn comes, naming itself', async () => {
    await open('queued', () => 'runs on');
    await release(system, '1.0.0');
    const running = await deploy(system, '1.0.0', 'development');
    await system.until(() => worker.tasks.length === 1, 'a running step');
    const queued = await deploy(system, '1.0.0', 'development');
    await system.quiet();
    await freeze('stop', 0.1, 30);
    const until = at(30);
    // Not as long as a lease: nobody renews that of the running step.
    await system.pass(10_000);
    await system.ask('CancelDeployment', {}, { deployment: running });
    expect(await ended(queued, 'DeploymentRefused')).toMatchObject({
      reasons: [{ code: 'freeze-active', facts: { freeze: 'stop', until }, notBefore: until }],
    });
    await system.until(
      async () => (await system.story('release-shop@1.0.0')).filter((type) => type === 'DeploymentConcluded').length === 2,
      'both ends',
    );
  });

  it('refuses what was let through others: an override names the freezes of its time', async () => {
    await open('override', () => SUCCEEDED);
    await release(system, '1.0.0');
    await freeze('known', -1, 60);
    const overrideFreeze = { reason: 'agreed' };
    const through = await deploy(system, '1.0.0', 'development', { overrideFreeze });
    await ended(through, 'DeploymentSucceeded');
    const later = await deploy(system, '1.0.0', 'development', { overrideFreeze, at: at(10) });
    await freeze('new', 5, 20);
    expect(await ended(later, 'DeploymentRefused')).toMatchObject({ reasons: [{ facts: { freeze: 'new' } }] });
  });

  it('refuses what the lifecycle asked for in the open: scheduled, and refused with the freeze named', async () => {
    await open('automatic', () => SUCCEEDED, { automatic: ['development'] });
    await freeze('stop', -1, 60);
    await release(system, '1.0.0');
    await system.until(async () => (await system.story('release-shop@1.0.0')).includes('DeploymentConcluded'), 'its end');
    const events = await system.events('release-shop@1.0.0');
    expect(events.find((event) => event.type === 'DeploymentConcluded')?.data).toMatchObject({
      environment: 'development',
      outcome: 'refused',
      started: false,
      cause: { message: expect.stringContaining('Freeze stop') },
    });
  });
});
