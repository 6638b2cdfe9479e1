import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEXT_RELEASE } from '../shop';
import { done, refused } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';

/** A step fails, and a person decides how it goes on. */
export async function guidedFailure(stage: Stage): Promise<void> {
  const { story, ben, cleo, site } = stage;
  story.chapter('A step fails, and a person is asked');
  const lock = join(site, 'staging', 'storehouse-locked');
  mkdirSync(join(site, 'staging'), { recursive: true });
  writeFileSync(lock, '');
  const asked = await done(ben.promoteRelease({ path: NEXT_RELEASE, body: { to: 'staging', failureMode: 'guided' } }));
  const interruption = await stage.interruptionOf(asked.id);
  const waiting = await stage.deployment(asked.id);
  story.tell(
    `Ben promoted 1.1.0 to Staging with guided failures. ${interruption.step} failed, and Slipway asks: ${interruption.answers.join(', ')}?`,
    [
      fact('kind', interruption.kind, 'guided-failure'),
      fact('step', interruption.step, 'Count the stock'),
      fact('answers', interruption.answers, ['retry', 'ignore', 'fail']),
      fact('state of the deployment', waiting.state, 'awaiting-intervention'),
    ],
  );

  const path = { interruption: interruption.id };
  const taken = await done(ben.takeInterruption({ path }));
  const second = await refused(cleo.takeInterruption({ path }));
  story.tell(`Ben took it; Cleo wanted to as well, and was refused: ${second.detail}`, [
    fact('taken by', taken.takenBy, 'ben'),
    fact('status', second.status, 409),
  ]);

  rmSync(lock);
  await done(ben.resolveInterruption({ path, body: { answer: 'retry', notes: 'Somebody had locked the storehouse.' } }));
  const deployment = await stage.ended(asked.id);
  const attempts = deployment.steps.find(({ name }) => name === interruption.step)?.attempts;
  story.tell('He unlocked the storehouse and answered retry: the deployment went on from that step, and succeeded.', [
    fact('state', deployment.state, 'succeeded'),
    fact(
      'attempts of Count the stock',
      attempts?.map(({ state }) => state),
      ['failed', 'succeeded'],
    ),
  ]);
}
