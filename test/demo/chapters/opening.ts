import { SHOP, shopProcess, shopVariables } from '../shop';
import { done } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';

export const FIRST_GREETING = 'Welcome to #{ShopName}';

/** Slipway starts on nothing, and Ada describes environments, lifecycle and project. */
export async function opening({ story, ada, slipway, site, ports }: Stage): Promise<void> {
  story.chapter('A project is described');
  const running = await slipway.start();
  const projects = await done(ada.listProjects());
  story.tell(`Slipway (${running}) is ready at ${slipway.address}, on ${slipway.ground}.`, [fact('projects it knows', projects.items, [])]);

  for (const slug of ['development', 'staging', 'production']) await done(ada.createEnvironment({ body: { slug } }));
  const phases = [
    { name: 'Development', environments: [{ environment: 'development', automatic: true }] },
    { name: 'Staging', environments: [{ environment: 'staging' }] },
    { name: 'Production', environments: [{ environment: 'production' }] },
  ];
  await done(ada.createLifecycle({ body: { slug: 'web', phases } }));
  const environments = await done(ada.listEnvironments());
  story.tell('Ada made the environments Development (automatic), Staging and Production, one phase each.', [
    fact(
      'environments in their order',
      environments.items.map(({ slug }) => slug),
      ['development', 'staging', 'production'],
    ),
  ]);

  await done(ada.createProject({ body: { slug: SHOP.project, name: 'Corner shop', lifecycle: 'web' } }));
  await done(ada.changeProcess({ path: SHOP, body: shopProcess() }));
  await done(ada.changeVariables({ path: SHOP, body: shopVariables(FIRST_GREETING, site, ports) }));
  const process = await done(ada.getProcess({ path: SHOP }));
  const steps = process.steps.map(({ name }) => name);
  story.tell(`She described how the shop is deployed: ${steps.join(', ')}.`, [fact('number of steps', steps.length, 6)]);
}
