import { ScriptedWorker } from './scripted-worker';
import { deploy, release, script, shop } from './shop';
import { WalkSystem } from './system';

describe('the history of a deployment', () => {
  it('names for every event the event that caused it, back to the request', async () => {
    const system = await WalkSystem.open('causes');
    const worker = await new ScriptedWorker('w1', system, () => 'runs on').start();
    try {
      await shop(system);
      await release(system, '1.0.0');
      const deployment = await deploy(system, '1.0.0', 'development');
      await system.until(async () => (await system.story(`deployment-${deployment}`)).includes('StepStarted'), 'a running step');
      await system.ask('CancelDeployment', { reason: 'enough' }, { deployment });
      await system.pass(60_000);
      const events = await system.events();
      const byId = new Map(events.map((event) => [event.id, event.type]));
      const causes = events
        .filter(
          (event) => event.stream === `deployment-${deployment}` || event.type.startsWith('Lane') || event.type === 'DeploymentConcluded',
        )
        .map((event) => `${event.type} ← ${byId.get(event.metadata.causationId) ?? 'a request'}`);
      // Two reactors write the last two, in either order.
      expect(causes.sort()).toEqual(
        [
          'DeploymentOpened ← DeploymentScheduled',
          'DeploymentQueued ← DeploymentScheduled',
          'LaneEntered ← DeploymentQueued',
          'LaneGranted ← DeploymentQueued',
          'DeploymentStarted ← LaneGranted',
          'StepDispatched ← LaneGranted',
          'StepStarted ← StepDispatched',
          'CancelRequested ← a request',
          'StepFailed ← CancelRequested',
          'StepSkipped ← CancelRequested',
          'DeploymentCancelled ← CancelRequested',
          'LaneLeft ← DeploymentCancelled',
          'DeploymentConcluded ← DeploymentCancelled',
        ].sort(),
      );
      expect(events.find((event) => event.type === 'DeploymentConcluded')?.data).toMatchObject({
        outcome: 'cancelled',
        cause: { code: 'deployment-cancelled', by: 'ada', message: 'Cancelled by ada: enough.' },
      });
    } finally {
      await worker.stop();
      await system.close();
    }
  });

  it('names for what happens to a step what happened to that step before, not to the one beside it', async () => {
    const system = await WalkSystem.open('causes beside');
    const worker = await new ScriptedWorker('w1', system).start();
    try {
      await shop(system, { steps: [script('East'), script('West', { start: 'with-previous' })] });
      await release(system, '1.0.0');
      const stream = `deployment-${await deploy(system, '1.0.0', 'development')}`;
      await system.until(async () => (await system.story(stream)).at(-1) === 'DeploymentSucceeded', 'its end');
      const events = await system.events(stream);
      const told = new Map(events.map(({ id, type, data }) => [id, `${type} ${(data as { step?: string }).step ?? ''}`]));
      for (const { id, metadata } of events.filter(({ type }) => ['StepStarted', 'StepSucceeded'].includes(type))) {
        const [type, step] = told.get(id)!.split(' ');
        expect(told.get(metadata.causationId)).toBe(`${type === 'StepStarted' ? 'StepDispatched' : 'StepStarted'} ${step}`);
      }
    } finally {
      await worker.stop();
      await system.close();
    }
  });
});
