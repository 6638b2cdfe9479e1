import type { Deployment, Page, Reason, Release } from '../../support/answers';
import { visit } from '../shop';
import type { Stage } from '../stage';
import { fact } from '../story';

const RELEASES = '/projects/shop/releases';

/** What others depend on stays; what never left Development may go (seed 001). */
export async function deletion(stage: Stage): Promise<void> {
  const { story, client } = stage;
  story.chapter('Releases are deleted, or not');
  const refused = await client.isRefused('ben', `DELETE ${RELEASES}/1.0.0`);
  const blockers = (refused.facts?.['blockers'] ?? []) as Reason[];
  const { deletable, notDeletable } = await stage.release('1.0.0');
  story.tell('Ben tried to delete 1.0.0, and was told everything that stands against it:', [
    fact('status', refused.status, 409),
    fact('code', refused.code, 'release.not-deletable'),
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
  const { story, client, ports } = stage;
  const version = '1.1.0-rc.1';
  await client.does<Release>('ada', `POST ${RELEASES}`, { version });
  const { items } = await client.sees<Page<Deployment>>(`/deployments?project=shop&release=${version}`);
  const deployment = await stage.ended(items[0]?.id ?? 'of its own');
  story.tell(`Ada cut ${version}, which Development runs at once.`, [
    fact('state', deployment.state, 'succeeded'),
    fact('page', (await visit(ports.development))?.version, version),
  ]);

  const { deletable } = await stage.release(version);
  await client.does('ben', `DELETE ${RELEASES}/${version}`);
  const list = await client.sees<Page<Release>>(RELEASES);
  const again = await client.isRefused('ada', `POST ${RELEASES}`, { version });
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
