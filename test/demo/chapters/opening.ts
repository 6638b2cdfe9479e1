import { shopProcess, shopVariables } from '../shop';
import type { Stage } from '../stage';
import { fact } from '../story';

export const FIRST_GREETING = 'Welcome to #{ShopName}';

/** Slipway starts on nothing, and Ada describes environments, lifecycle and project. */
export async function opening({ story, client, slipway, site, ports }: Stage): Promise<void> {
  story.chapter('A project is described');
  const pid = await slipway.start();
  const projects = await client.sees<{ items: unknown[] }>('/projects');
  story.tell(`Slipway (process ${pid}) is ready at ${slipway.address}, on a fresh data folder.`, [
    fact('projects it knows', projects.items, []),
  ]);

  for (const slug of ['development', 'staging', 'production']) await client.does('ada', 'POST /environments', { slug });
  const phases = [
    { name: 'Development', environments: [{ environment: 'development', automatic: true }] },
    { name: 'Staging', environments: [{ environment: 'staging' }] },
    { name: 'Production', environments: [{ environment: 'production' }] },
  ];
  await client.does('ada', 'POST /lifecycles', { slug: 'web', phases });
  const environments = await client.sees<{ items: { slug: string }[] }>('/environments');
  story.tell('Ada made the environments Development (automatic), Staging and Production, one phase each.', [
    fact(
      'environments in their order',
      environments.items.map(({ slug }) => slug),
      ['development', 'staging', 'production'],
    ),
  ]);

  await client.does('ada', 'POST /projects', { slug: 'shop', name: 'Corner shop', lifecycle: 'web' });
  await client.does('ada', 'PUT /projects/shop/process', shopProcess());
  await client.does('ada', 'PUT /projects/shop/variables', shopVariables(FIRST_GREETING, site, ports));
  const process = await client.sees<{ steps: { name: string }[] }>('/projects/shop/process');
  const steps = process.steps.map(({ name }) => name);
  story.tell(`She described how the shop is deployed: ${steps.join(', ')}.`, [fact('number of steps', steps.length, 6)]);
}
