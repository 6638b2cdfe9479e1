import { ParkedEvents } from '@slipway/kernel';
import { deploy, release, shop } from './shop';
import { WalkSystem } from './system';

describe('an event that could not be handled', () => {
  it('is tried again when the process starts anew', async () => {
    const system = await WalkSystem.open('parked');
    try {
      await shop(system);
      await release(system, '1.0.0');
      const deployment = await deploy(system, '1.0.0', 'development');
      await system.until(async () => (await system.story(`deployment-${deployment}`)).includes('StepDispatched'), 'a dispatched step');
      await system.stop();
      const dispatched = (await system.events(`deployment-${deployment}`)).find((event) => event.type === 'StepDispatched');
      const parked = new ParkedEvents('relay-deployments', system.rows, system.clock);
      await parked.load();
      await parked.park(dispatched!, 'the bus refused it');
      expect(parked.count()).toBe(1);
      await system.start();
      expect(system.parts.hub.get('relay-deployments').status()).toMatchObject({ parked: 0 });
    } finally {
      await system.close();
    }
  });
});
