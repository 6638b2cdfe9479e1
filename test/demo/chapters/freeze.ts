import type { Interruption, Reason } from '../../../generated/client';
import { NEXT_RELEASE, OPENING_RELEASE, visit } from '../shop';
import { done, refused } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';

const FREEZE = 'stocktaking';
const MINUTE_MS = 60_000;

/** Production is frozen; who has a reason may go in all the same, and somebody must approve. */
export async function freeze(stage: Stage): Promise<void> {
  const { story, ben, cleo, ports } = stage;
  story.chapter('Production is frozen, and 1.1.0 has to be there');
  const [start, end] = [-1, 60].map((minutes) => new Date(Date.now() + minutes * MINUTE_MS).toISOString());
  const window = { start: start ?? '', end: end ?? '' };
  await done(cleo.createFreeze({ body: { slug: FREEZE, reason: 'We count', environments: ['production'], ...window } }));
  const refusal = await refused(ben.promoteRelease({ path: NEXT_RELEASE, body: { to: 'production' } }));
  const [reason] = (refusal.facts?.['reasons'] ?? []) as Reason[];
  story.tell(`Cleo froze Production for an hour. Ben wanted 1.1.0 there, and was refused: ${reason?.message}`, [
    fact('status', refusal.status, 409),
    fact('reason', reason?.code, 'freeze-active'),
    fact('the earliest time', reason?.notBefore, window.end),
  ]);

  const overrideFreeze = { reason: 'The old prices are wrong' };
  const asked = await done(ben.promoteRelease({ path: NEXT_RELEASE, body: { to: 'production', overrideFreeze } }));
  const interruption = await stage.interruptionOf(asked.id);
  const { items } = await done(ben.getAuditStream({ path: { stream: 'release-shop@1.1.0' }, query: { limit: 200 } }));
  const overridden = items.find(({ type }) => type === 'FreezeOverridden');
  story.tell(
    `He gave a reason, “${overrideFreeze.reason}”, which is in the history for ever. Now Slipway asks: ${interruption.instructions}`,
    [
      fact('event', { actor: overridden?.actor, reason: overridden?.data['reason'] }, { actor: 'ben', ...overrideFreeze }),
      fact('kind', interruption.kind, 'manual-intervention'),
      fact('answers', interruption.answers, ['proceed', 'abort']),
      fact('page in Production', (await visit(ports.production))?.version, OPENING_RELEASE.version),
    ],
  );
  await approve(stage, interruption);
}

async function approve(stage: Stage, { id: interruption, deployment: asked }: Interruption): Promise<void> {
  const { story, ada, cleo, ports } = stage;
  await done(ada.takeInterruption({ path: { interruption } }));
  await done(ada.resolveInterruption({ path: { interruption }, body: { answer: 'proceed', notes: 'Looks good in Staging.' } }));
  const deployment = await stage.ended(asked);
  await done(cleo.deleteFreeze({ path: { freeze: FREEZE } }));
  story.tell('Ada looked at it in Staging, and let it through: Production shows 1.1.0. The freeze is over.', [
    fact('state', deployment.state, 'succeeded'),
    fact('page in Production', (await visit(ports.production))?.version, NEXT_RELEASE.version),
  ]);
}
