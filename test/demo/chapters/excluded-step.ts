import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPENING_RELEASE } from '../shop';
import { done, refused } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';

/** A step may be left out of one deployment, unless it is required. */
export async function excludedStep(stage: Stage): Promise<void> {
  const { story, ben, site } = stage;
  story.chapter('A step is left out');
  const without = (step: string) => ben.scheduleDeployment({ path: OPENING_RELEASE, body: { environment: 'staging', exclude: [step] } });
  const refusal = await refused(without('Check health'));
  story.tell(`Ben wanted to deploy to Staging again without Check health, and was refused: ${refusal.detail}`, [
    fact('status', refusal.status, 400),
  ]);

  const asked = await done(without('Tell the team'));
  const deployment = await stage.ended(asked.id);
  const notices = readFileSync(join(site, 'notices.txt'), 'utf8');
  story.tell('He deployed without Tell the team: that step is shown as excluded, and nobody was told.', [
    fact('state', deployment.state, 'succeeded'),
    fact(
      'states of its steps',
      deployment.steps.map(({ state }) => state),
      [...Array<string>(5).fill('succeeded'), 'excluded'],
    ),
    fact('notices of earlier deployments', notices.trim().split('\n').length, 3),
    fact('a notice of this one', notices.includes(asked.id), false),
  ]);
}
