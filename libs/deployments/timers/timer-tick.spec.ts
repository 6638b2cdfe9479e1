import { ScriptedWorker } from '../../../test/walk/scripted-worker';
import { deploy, release, script, shop } from '../../../test/walk/shop';
import { WalkSystem } from '../../../test/walk/system';
import { deploymentStream } from '../domain/deployment';

const HOUR = 3_600_000;

describe('what falls due', () => {
  let system: WalkSystem;

  beforeEach(async () => {
    system = await WalkSystem.open('timers');
    await shop(system, { environments: ['staging'], steps: [script('Deploy')] });
    await release(system, '1.0.0');
  });

  afterEach(() => system.close());

  const ahead = (ms: number) => new Date(system.clock.now() + ms).toISOString();
  const story = (id: string) => system.story(deploymentStream(id));

  it('is queued at its time, and not a moment before', async () => {
    const id = await deploy(system, '1.0.0', 'staging', { at: ahead(10_000) });
    await system.pass(9_999);
    expect(await story(id)).toEqual(['DeploymentOpened']);
    await system.pass(1);
    expect((await story(id)).slice(0, 3)).toEqual(['DeploymentOpened', 'DeploymentQueued', 'DeploymentStarted']);
    const queued = (await system.events(deploymentStream(id)))[1];
    expect(queued?.metadata).toMatchObject({ at: ahead(0), actor: 'slipway/timers' });
  });

  it('expires in its lane at the very moment, though nobody asks', async () => {
    const holder = await deploy(system, '1.0.0', 'staging');
    const waiting = await deploy(system, '1.0.0', 'staging', { expiresAfter: 'PT1M' });
    await system.pass(59_900);
    expect(await story(waiting)).toEqual(['DeploymentOpened', 'DeploymentQueued']);
    await system.pass(100);
    expect(await story(waiting)).toEqual(['DeploymentOpened', 'DeploymentQueued', 'DeploymentExpired']);
    expect(await story(holder)).toContain('DeploymentStarted');
    expect((await system.story('release-shop@1.0.0')).at(-1)).toBe('DeploymentConcluded');
    expect(await system.story('lane-shop@staging')).toEqual(['LaneEntered', 'LaneGranted', 'LaneEntered', 'LaneLeft']);
  });

  it('never expires what has started', async () => {
    const id = await deploy(system, '1.0.0', 'staging', { expiresAfter: 'PT10S' });
    await system.pass(60_000);
    expect(await story(id)).toEqual(['DeploymentOpened', 'DeploymentQueued', 'DeploymentStarted', 'StepDispatched']);
  });

  it('ends an unanswered cancel at its deadline', async () => {
    const worker = await new ScriptedWorker('w1', system, () => 'runs on').start();
    const id = await deploy(system, '1.0.0', 'staging');
    await system.until(() => worker.answers.length > 0, 'the grant');
    await worker.stop();
    await system.ask('CancelDeployment', {}, { deployment: id });
    await system.pass(29_900);
    expect((await story(id)).at(-1)).toBe('CancelRequested');
    await system.pass(100);
    expect((await story(id)).slice(-2)).toEqual(['StepLost', 'DeploymentCancelled']);
  });

  it('asks for more than fit one look, all of them, each once', async () => {
    const at = ahead(5_000);
    const ids: string[] = [];
    for (let count = 0; count < 150; count += 1) ids.push(await deploy(system, '1.0.0', 'staging', { at }));
    await system.pass(6_000);
    const queued = (await system.events()).filter((event) => event.type === 'DeploymentQueued').map((event) => event.stream);
    expect(queued).toHaveLength(ids.length);
    expect(new Set(queued)).toEqual(new Set(ids.map(deploymentStream)));
  });

  it('notices a clock that jumped by hours', async () => {
    const due = await deploy(system, '1.0.0', 'staging', { at: ahead(2 * HOUR) });
    await system.quiet();
    await system.clock.advance(3 * HOUR);
    await system.pass(1_000);
    expect(await story(due)).toContain('DeploymentStarted');
  });

  it('forgets nothing over a downtime: what is due is queued, what has expired never starts', async () => {
    const due = await deploy(system, '1.0.0', 'staging', { at: ahead(HOUR) });
    const expired = await deploy(system, '1.0.0', 'staging', { at: ahead(HOUR), expiresAfter: 'PT30M' });
    const later = await deploy(system, '1.0.0', 'staging', { at: ahead(10 * HOUR) });
    await system.quiet();
    await system.stop();
    await system.clock.advance(5 * HOUR);
    await system.start();
    await system.pass(1_000);
    expect((await story(due)).slice(1, 3)).toEqual(['DeploymentQueued', 'DeploymentStarted']);
    expect(await story(expired)).toEqual(['DeploymentOpened', 'DeploymentExpired']);
    expect(await story(later)).toEqual(['DeploymentOpened']);
  });

  it('forgets nothing when it dies before it looked, and the rows are rebuilt', async () => {
    const id = await deploy(system, '1.0.0', 'staging', { at: ahead(2_000) });
    system.kill();
    await system.clock.advance(5_000);
    await system.start();
    await system.pass(1_000);
    expect((await story(id)).filter((type) => type === 'DeploymentQueued')).toHaveLength(1);
  });

  it('leaves a cancelled one alone', async () => {
    const id = await deploy(system, '1.0.0', 'staging', { at: ahead(2_000), expiresAfter: 'PT1M' });
    await system.ask('CancelDeployment', {}, { deployment: id }).catch(() => undefined);
    await system.pass(65_000);
    expect(await story(id)).toEqual(['DeploymentOpened', 'DeploymentCancelled']);
  });
});
