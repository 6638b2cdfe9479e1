import { NEXT_RELEASE, OPENING_RELEASE, SHOP, visit } from '../shop';
import { done } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';

/** Back to what was there before; and what was when can still be seen. */
export async function rollback(stage: Stage): Promise<void> {
  const { story, ben, cleo, ports } = stage;
  story.chapter('Back to what was there before');
  const moment = stage.position;
  const live = await stage.cell('production');
  const back = await done(cleo.rollBackDeployment({ path: { deployment: live?.current?.deployment ?? '' } }));
  const deployment = await stage.ended(back.id);
  const now = await stage.cell('production');
  story.tell('Customers do not like 1.1.0. Cleo rolled Production back: it shows 1.0.0 again, with the variables of then.', [
    fact('state', deployment.state, 'succeeded'),
    fact('release and snapshot', [deployment.release, deployment.variablesSnapshot], [OPENING_RELEASE.version, 1]),
    fact('current', now?.current?.deployment, back.id),
    fact('page in Production', (await visit(ports.production))?.version, OPENING_RELEASE.version),
  ]);

  const { asOf, projects } = await done(ben.getDashboard({ query: { ...SHOP, asOf: moment } }));
  const before = projects[0]?.cells['production']?.current?.release;
  story.tell(`Ben asked what ran there at position ${moment} of the log, before that: release ${before}.`, [
    fact('position', asOf.position, moment),
    fact('current then', before, NEXT_RELEASE.version),
  ]);

  const told = await eventsSince(moment, stage);
  story.tell(`Whoever follows the events from there on was told of ${told.length}, from ${told.at(0)} to ${told.at(-1)}.`, [
    fact('first and last', [told.at(0), told.at(-1)], ['DeploymentScheduled', 'DeploymentConcluded']),
    fact('steps', told.filter((type) => type === 'StepSucceeded').length, deployment.steps.length),
  ]);
}

/** Types of what happened behind a position, followed until a deployment is concluded. */
async function eventsSince(position: string, { ben }: Stage): Promise<string[]> {
  const leaving = new AbortController();
  const { stream } = await ben.followEvents({
    query: SHOP,
    headers: { 'Last-Event-ID': position },
    signal: leaving.signal,
    sseMaxRetryAttempts: 1,
  });
  const told: string[] = [];
  for await (const { type } of stream) {
    told.push(type);
    if (type === 'DeploymentConcluded') break;
  }
  leaving.abort();
  return told;
}
