import type { Deployment } from '../../../generated/client';
import { OPENING_RELEASE, SHOP, shopVariables, visit } from '../shop';
import { done } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';
import { FIRST_GREETING } from './opening';

const NEW_GREETING = 'Winter sale at #{ShopName}';

/** What is frozen stays so, until somebody takes the project's variables of now into the release. */
export async function newVariables(stage: Stage): Promise<void> {
  const { story, ada, site, ports } = stage;
  story.chapter('A variable changes');
  const before = await stage.release('1.0.0');
  await done(ada.changeVariables({ path: SHOP, body: shopVariables(NEW_GREETING, site, ports) }));
  const first = await redeploy(stage);
  story.tell('Ada changed the greeting; a redeployment of 1.0.0 still greets as before, since its variables are frozen.', [
    fact('state', first.state, 'succeeded'),
    fact('variable snapshot', first.variablesSnapshot, 1),
    fact('greeting', (await visit(ports.development))?.greeting, 'Welcome to the corner shop'),
  ]);

  const updated = await done(ada.updateVariables({ path: OPENING_RELEASE }));
  const second = await redeploy(stage);
  story.tell('She told 1.0.0 to update its variables; redeployed, it greets anew: “Winter sale at the corner shop”.', [
    fact('variable snapshot of the release', updated.variables.snapshot, 2),
    fact('state', second.state, 'succeeded'),
    fact('variable snapshot', second.variablesSnapshot, 2),
    fact('greeting', (await visit(ports.development))?.greeting, 'Winter sale at the corner shop'),
  ]);

  const after = await stage.release('1.0.0');
  const earlier = await done(ada.getSnapshot({ path: OPENING_RELEASE, query: { snapshot: '1' } }));
  story.tell('The process is the one that was tested, its hash unchanged; snapshot 1 can still be read.', [
    fact('process hash', after.process.hash, before.process.hash),
    fact('another hash of the variables', after.variables.hash !== before.variables.hash, true),
    fact('greeting in snapshot 1', earlier.variables.find(({ name }) => name === 'Greeting')?.value, FIRST_GREETING),
  ]);
}

async function redeploy(stage: Stage): Promise<Deployment> {
  const asked = await done(stage.ben.scheduleDeployment({ path: OPENING_RELEASE, body: { environment: 'development' } }));
  return stage.ended(asked.id);
}
