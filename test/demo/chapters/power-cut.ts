import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from '../../../generated/client';
import { processesWith } from '../machine';
import { OPENING_RELEASE, visit } from '../shop';
import { done } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';
import { until } from '../waiting';

const DAY_MS = 86_400_000;

/** All of Slipway dies in the middle of a step, and everything goes on from what is stored. */
export async function powerCut(stage: Stage): Promise<void> {
  stage.story.chapter('The power fails');
  const openOrder = join(stage.site, 'staging', 'orders-open');
  mkdirSync(join(stage.site, 'staging'), { recursive: true });
  writeFileSync(openOrder, '');
  const running = await intoTheStep(stage);
  const at = new Date(Date.now() + DAY_MS).toISOString();
  const tomorrow = await done(stage.cleo.scheduleDeployment({ path: OPENING_RELEASE, body: { environment: 'production', at } }));
  await kill(stage, running);
  await afterRestart(stage, running, tomorrow);
  rmSync(openOrder);
  await again(stage);
}

async function intoTheStep(stage: Stage): Promise<string> {
  const { story, ben } = stage;
  const { id } = await done(ben.scheduleDeployment({ path: OPENING_RELEASE, body: { environment: 'staging' } }));
  const deployment = await until(
    'Finish orders runs',
    () => stage.deployment(id),
    ({ steps }) => steps[2]?.state === 'running' && processesWith(`SLIPWAY_DEPLOYMENT=${id}`).length > 0,
  );
  story.tell('Ben deploys 1.0.0 to Staging; its step Finish orders runs, and waits for a customer who is still paying.', [
    fact(
      'states of its steps',
      deployment.steps.map(({ state }) => state),
      ['succeeded', 'succeeded', 'running', 'pending', 'pending', 'pending'],
    ),
  ]);
  return id;
}

async function kill({ story, slipway, ports }: Stage, deployment: string): Promise<void> {
  const endings = await slipway.end('SIGKILL');
  await until(
    'the step is gone too',
    async () => processesWith(`SLIPWAY_DEPLOYMENT=${deployment}`),
    (left) => left.length === 0,
  );
  story.tell('Cleo schedules Production for tomorrow, and then: kill -9. The step died with Slipway; the shop itself is still served.', [
    fact(
      'ended otherwise',
      endings.filter(({ signal }) => signal !== 'SIGKILL'),
      [],
    ),
    fact('processes of the step', processesWith(`SLIPWAY_DEPLOYMENT=${deployment}`), []),
    fact('page in Staging', (await visit(ports.staging))?.version, '1.0.0'),
  ]);
}

async function afterRestart(stage: Stage, interrupted: string, tomorrow: Deployment): Promise<void> {
  const { story, cleo, slipway } = stage;
  const running = await slipway.start();
  const kept = await stage.deployment(tomorrow.id);
  story.tell(`Slipway starts again (${running}), and what it had acknowledged is there.`, [
    fact("Cleo's deployment", { state: kept.state, at: kept.at }, { state: 'scheduled', at: tomorrow.at }),
  ]);

  const deployment = await stage.ended(interrupted);
  const step = deployment.steps[2];
  story.tell(`The interrupted deployment was brought to its end, honestly: ${deployment.reason?.message}`, [
    fact('state', deployment.state, 'failed'),
    fact(
      'states of its steps',
      deployment.steps.map(({ state }) => state),
      ['succeeded', 'succeeded', 'lost', 'skipped', 'skipped', 'skipped'],
    ),
    fact(
      'attempts of the lost step',
      step?.attempts.map(({ state }) => state),
      ['lost'],
    ),
    fact('processes of the step', processesWith(`SLIPWAY_DEPLOYMENT=${interrupted}`), []),
  ]);

  await done(cleo.cancelDeployment({ path: { deployment: tomorrow.id }, body: {} }));
  const cancelled = await stage.ended(tomorrow.id);
  story.tell('Cleo cancelled what she had scheduled for tomorrow.', [fact('state', cancelled.state, 'cancelled')]);
}

async function again(stage: Stage): Promise<void> {
  const { story, ben, ports } = stage;
  const { id } = await done(ben.scheduleDeployment({ path: OPENING_RELEASE, body: { environment: 'staging' } }));
  const deployment = await stage.ended(id);
  story.tell('The customer has paid; Ben deployed to Staging again, and this time it succeeded.', [
    fact('state', deployment.state, 'succeeded'),
    fact('page', await visit(ports.staging), {
      version: '1.0.0',
      environment: 'staging',
      greeting: 'Winter sale at the corner shop',
    }),
  ]);
}
