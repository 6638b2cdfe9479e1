import type { Reason } from '../../../generated/client';
import { OPENING_RELEASE, SHOP, visit } from '../shop';
import { done, refused } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';

/** What others depend on stays; what never left Development may go (seed 001). */
export async function deletion(stage: Stage): Promise<void> {
  const { story, ben } = stage;
  story.chapter('Releases are deleted, or not');
  const refusal = await refused(ben.deleteRelease({ path: OPENING_RELEASE }));
  const blockers = (refusal.facts?.['blockers'] ?? []) as Reason[];
  const { deletable, notDeletable } = await stage.release('1.0.0');
  story.tell('Ben tried to delete 1.0.0, and was told everything that stands against it:', [
    fact('status', refusal.status, 409),
    fact('code', refusal.code, 'release.not-deletable'),
    fact('reasons', blockers.map(inShort), [
      'release-linked development → staging',
      'release-linked staging → production',
      'release-current staging',
      'release-current production',
    ]),
    fact('shown as deletable', deletable, false),
    fact('the same reasons shown before', notDeletable, blockers),
  ]);
  story.show(blockers.map(({ message }) => `– ${message}`));

  await neverLinked(stage);
}

async function neverLinked(stage: Stage): Promise<void> {
  const { story, ada, ben, ports } = stage;
  const version = '1.1.0-rc.1';
  await done(ada.createRelease({ path: SHOP, body: { version } }));
  const { items } = await done(ada.listDeployments({ query: { ...SHOP, release: version } }));
  const deployment = await stage.ended(items[0]?.id ?? 'of its own');
  story.tell(`Ada cut ${version}, which Development runs at once.`, [
    fact('state', deployment.state, 'succeeded'),
    fact('page', (await visit(ports.development))?.version, version),
  ]);

  const { deletable } = await stage.release(version);
  await done(ben.deleteRelease({ path: { ...SHOP, version } }));
  const list = await done(ben.listReleases({ path: SHOP }));
  const again = await refused(ada.createRelease({ path: SHOP, body: { version } }));
  story.tell(`It was never promoted, so Ben could delete ${version}; its version is not used again.`, [
    fact('shown as deletable before', deletable, true),
    fact(
      'releases in the list',
      list.items.map((one) => one.version),
      ['1.0.0'],
    ),
    fact('state', (await stage.release(version)).state, 'deleted'),
    fact('answer to cutting it again', again.status, 409),
  ]);
}

function inShort({ code, facts }: Reason): string {
  return 'from' in facts ? `${code} ${String(facts['from'])} → ${String(facts['to'])}` : `${code} ${String(facts['environment'])}`;
}
