import { ShowDeployment } from '@slipway/deployments/queries/deployments.query';
import { ReadQuery } from '@slipway/platform';
import { ScriptedWorker } from './scripted-worker';
import { deploy, release, script, shop } from './shop';
import { WalkSystem } from './system';

describe('a step for a pool that no worker serves', () => {
  it('waits, says for whom, holds up nobody else, and runs when such a worker comes', async () => {
    const system = await WalkSystem.open('pools');
    const here = await new ScriptedWorker('w1', system).start();
    try {
      await shop(system, { steps: [script('Train', { pool: 'gpu' })] });
      await release(system, '1.0.0');
      const patient = await deploy(system, '1.0.0', 'development');
      const show = () => system.query<{ state: string; waitingFor?: object }>(new ShowDeployment(patient, new ReadQuery(), 'deployment'));
      await system.until(async () => (await show()).waitingFor !== undefined, 'a deployment that waits');
      await system.pass(5_000);
      expect(await show()).toMatchObject({
        state: 'executing',
        waitingFor: { code: 'worker-awaited', facts: { step: 'Train', pool: 'gpu' } },
      });
      expect(system.parts.hub.get('relay-deployments').status()).toMatchObject({ state: 'running', parked: 0 });
      await shop(system, { project: 'other' });
      await release(system, '1.0.0', 'other');
      const quick = await deploy(system, '1.0.0', 'development', { project: 'other' });
      const succeeded = (id: string) => async () => (await system.story(`deployment-${id}`)).includes('DeploymentSucceeded');
      await system.until(succeeded(quick), 'the deployment of another project');
      const there = await new ScriptedWorker('w2', system).start(['gpu']);
      await system.until(succeeded(patient), 'the deployment that waited');
      await there.stop();
    } finally {
      await here.stop();
      await system.close();
    }
  });
});
