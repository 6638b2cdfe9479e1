import type { Reason } from '../../../generated/client';
import { OPENING_RELEASE, SHOP, visit } from '../shop';
import { done, refused } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';
import { until } from '../waiting';

const AHEAD_SECONDS = 3;
const GREETING = 'Welcome to the corner shop';

/** A release is cut, deploys itself to Development, is promoted to Staging, and runs in Production when its time has come. */
export async function wayToProduction(stage: Stage): Promise<void> {
  stage.story.chapter('Release 1.0.0 goes its way to Production');
  await toDevelopment(stage);
  await toStaging(stage);
  await toProduction(stage);
}

async function toDevelopment(stage: Stage): Promise<void> {
  const { story, ada, ports } = stage;
  const release = await done(ada.createRelease({ path: SHOP, body: { version: OPENING_RELEASE.version, title: 'The shop opens' } }));
  story.tell('Ada cut release 1.0.0: process, variables and lifecycle are frozen in it.', [
    fact('state', release.state, 'active'),
    fact('variable snapshot', release.variables.snapshot, 1),
  ]);

  const { items } = await done(ada.listDeployments({ query: { ...SHOP, environment: 'development' } }));
  const deployment = await stage.ended(items[0]?.id ?? 'of its own');
  story.tell('Nobody asked, and it deployed to Development by itself: that environment is automatic.', [
    fact('deployments to Development', items.length, 1),
    fact('state', deployment.state, 'succeeded'),
    fact(
      'states of its steps',
      deployment.steps.map(({ state }) => state),
      Array(6).fill('succeeded'),
    ),
    fact('output `package` of Pack', deployment.steps[0]?.outputs['package'], `${stage.site}/development/shop.tgz`),
  ]);
  story.tell(`A browser at http://127.0.0.1:${ports.development}/ reads: “${GREETING}”, release 1.0.0 in development.`, [
    fact('page', await visit(ports.development), { version: '1.0.0', environment: 'development', greeting: GREETING }),
  ]);
}

async function toStaging(stage: Stage): Promise<void> {
  const { story, ben, ports } = stage;
  const refusal = await refused(ben.promoteRelease({ path: OPENING_RELEASE, body: { to: 'production' } }));
  const reasons = refusal.facts?.['reasons'] as Reason[] | undefined;
  story.tell(`Ben wanted it in Production at once, and was refused: ${reasons?.[0]?.message}`, [
    fact('status', refusal.status, 409),
    fact('code', refusal.code, 'release.not-eligible'),
    fact(
      'reasons',
      reasons?.map(({ code }) => code),
      ['phase-incomplete'],
    ),
  ]);

  const asked = await done(ben.promoteRelease({ path: OPENING_RELEASE, body: { to: 'staging' } }));
  const deployment = await stage.ended(asked.id);
  const { links } = await stage.release('1.0.0');
  story.tell('Release 1.0.0 was promoted to Staging; Development and Staging are linked from now on.', [
    fact('state', deployment.state, 'succeeded'),
    fact('asked for by', deployment.requestedBy, 'ben'),
    fact(
      'links',
      links.map(({ from, to }) => `${from} → ${to}`),
      ['development → staging'],
    ),
    fact('page', await visit(ports.staging), { version: '1.0.0', environment: 'staging', greeting: GREETING }),
  ]);
}

async function toProduction(stage: Stage): Promise<void> {
  const { story, cleo, ports } = stage;
  const at = new Date(Date.now() + AHEAD_SECONDS * 1_000).toISOString();
  const body = { to: 'production', at, expiresAfter: 'PT10M', comment: 'Opening day' };
  const asked = await done(cleo.promoteRelease({ path: OPENING_RELEASE, body }));
  const upcoming = await stage.cell('production');
  story.tell(`Cleo scheduled Production for ${at}, ${AHEAD_SECONDS} s ahead: the dashboard shows it as upcoming.`, [
    fact('current', upcoming?.current, undefined),
    fact(
      'upcoming',
      upcoming?.upcoming.map((one) => ({ id: one.id, state: one.state, at: one.at })),
      [{ id: asked.id, state: 'scheduled', at }],
    ),
    fact('page in Production', await visit(ports.production), undefined),
  ]);

  const deployment = await stage.ended(asked.id);
  const cell = await until(
    'the dashboard shows what runs in Production',
    () => stage.cell('production'),
    (seen) => seen?.current !== undefined,
  );
  story.tell('Its time came, and it ran: release 1.0.0 is what Production shows.', [
    fact('state', deployment.state, 'succeeded'),
    fact('not before its time', (deployment.startedAt ?? '') >= at, true),
    fact('upcoming', cell?.upcoming, []),
    fact('current', cell?.current?.deployment, asked.id),
    fact('page', await visit(ports.production), { version: '1.0.0', environment: 'production', greeting: GREETING }),
  ]);
}
