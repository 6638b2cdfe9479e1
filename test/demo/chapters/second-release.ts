import { NEXT_RELEASE, nextProcess, OPENING_RELEASE, SHOP } from '../shop';
import { done } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';

/** Ada extends the process and cuts the next release; what it changes can be asked before anything is deployed. */
export async function secondRelease(stage: Stage): Promise<void> {
  const { story, ada } = stage;
  story.chapter('Release 1.1.0 is another one');
  await done(ada.changeProcess({ path: SHOP, body: nextProcess() }));
  await done(ada.createRelease({ path: SHOP, body: { version: NEXT_RELEASE.version, notes: '- counts the stock\n- asks for prices' } }));
  const { process, variables, about } = await done(ada.compareReleases({ path: NEXT_RELEASE, query: { with: OPENING_RELEASE.version } }));
  const changes = process.steps.map(({ name, change }) => `${name} ${change}`);
  story.tell(`Ada cut release 1.1.0. Compared with 1.0.0: ${changes.join(', ')}; no value of a variable.`, [
    fact('steps', changes, ['Approve added', 'Count the stock added', 'Fetch prices added']),
    fact('variables', variables, { same: true, values: [] }),
    fact(
      'about it',
      about.fields.map(({ pointer }) => pointer),
      ['/title', '/notes'],
    ),
  ]);

  const { items } = await done(ada.listDeployments({ query: { ...SHOP, release: NEXT_RELEASE.version } }));
  const deployment = await stage.ended(items[0]?.id ?? 'of its own');
  const attempts = deployment.steps.find(({ name }) => name === 'Fetch prices')?.attempts.map(({ state }) => state);
  const [, pack, count] = deployment.steps.map((step) => step.attempts[0]);
  story.tell('In Development, Count the stock ran beside Pack, and Fetch prices was tried again by itself, as its retries say.', [
    fact('state', deployment.state, 'succeeded'),
    fact('begun before the other ended', (count?.startedAt ?? '') < (pack?.finishedAt ?? ''), true),
    fact('attempts of Fetch prices', attempts, ['failed', 'succeeded']),
    fact('state of Approve', deployment.steps[0]?.state, 'skipped'),
  ]);
}
