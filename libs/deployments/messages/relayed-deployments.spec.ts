import type { RecordedEvent } from '@slipway/kernel';
import { ReleasesReader } from '@slipway/releases/contract';
import { CommandGateway } from '@slipway/platform';
import { Streams } from '@slipway/kernel';
import { ScriptedWorker } from '../../../test/walk/scripted-worker';
import { deploy, release, script, shop } from '../../../test/walk/shop';
import { WalkSystem } from '../../../test/walk/system';
import { deploymentStream } from '../domain/deployment';
import { relayedDeployments } from './relayed-deployments';

describe('what the relay says of a deployment', () => {
  let system: WalkSystem;
  beforeEach(async () => {
    system = await WalkSystem.open('relay');
  });
  afterEach(() => system.close());

  async function dispatchOf(id: string, number = 0): Promise<RecordedEvent> {
    return (await system.events(deploymentStream(id))).filter((event) => event.type === 'StepDispatched')[number]!;
  }

  function relayed() {
    const { stepTypes } = system.parts;
    const on = { streams: system.get(Streams), releases: system.get(ReleasesReader), gateway: system.get(CommandGateway), stepTypes };
    return relayedDeployments({ ...on, leaseSeconds: 30 });
  }

  async function deployed(steps: object[]): Promise<string> {
    await shop(system, { environments: ['staging'], steps });
    await release(system, '1.0.0');
    const id = await deploy(system, '1.0.0', 'staging');
    await system.pass(500);
    return id;
  }

  it('says a task again while nobody claimed it, and nothing once it is claimed', async () => {
    const id = await deployed([script('Deploy')]);
    expect(await relayed()(await dispatchOf(id))).toHaveLength(1);
    const worker = await new ScriptedWorker('w1', system, () => 'runs on').start();
    await system.until(() => worker.answers.length > 0, 'the grant');
    expect(await relayed()(await dispatchOf(id))).toEqual([]);
    await worker.stop();
  });

  it('says nothing of dispatches that are over', async () => {
    const worker = await new ScriptedWorker('w1', system).start();
    const id = await deployed([script('Build'), script('Deploy')]);
    await system.until(async () => (await system.story('release-shop@1.0.0')).includes('DeploymentConcluded'), 'the end');
    for (const event of await system.events(deploymentStream(id))) expect(await relayed()(event)).toEqual([]);
    await worker.stop();
  });

  it('fails an attempt whose task cannot be composed, once, however often its event comes', async () => {
    const id = await deployed([
      script('Deploy', { input: { run: 'true', env: { A: '#{Big}', B: '#{Big}', C: '#{Big}', D: '#{Big}', E: '#{Big}' } } }),
    ]);
    expect((await system.story(deploymentStream(id))).at(-1)).toBe('StepDispatched');
    await system.ask('ChangeVariables', { variables: [{ name: 'Big', value: 'x'.repeat(240_000) }] }, { project: 'shop' });
    await release(system, '2.0.0');
    await system.ask('CancelDeployment', {}, { deployment: id });
    const large = await deploy(system, '2.0.0', 'staging');
    await system.pass(500);
    const story = ['DeploymentOpened', 'DeploymentQueued', 'DeploymentStarted', 'StepDispatched', 'StepFailed', 'DeploymentFailed'];
    expect(await system.story(deploymentStream(large))).toEqual(story);
    const event = await dispatchOf(large);
    expect(await Promise.all([relayed()(event), relayed()(event)])).toEqual([[], []]);
    expect(await system.story(deploymentStream(large))).toEqual(story);
    expect((await system.events(deploymentStream(large))).at(-1)).toMatchObject({
      data: { cause: { code: 'task.too-large' } },
      metadata: { actor: 'slipway/relay', causationId: event.id, correlationId: event.metadata.correlationId },
    });
  });
});
