import type { Deployment } from '../../support/answers';
import { faultsIn } from '../../support/processes/chain';
import { eventually } from '../support/eventually';
import { linesOf } from '../support/machine';
import { script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

const beside = { start: 'with-previous' };

describe('kill -9 while deployments wait, and a restart on the same folder', () => {
  // Four scripts wait at the gate while others still run.
  const slipway = withSlipway({ WORKER_CONCURRENCY: '6' });
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const begun = slipway.file('begun');
  const gate = slipway.gate('go');
  const begins = `echo "$SLIPWAY_PROJECT $SLIPWAY_STEP $SLIPWAY_ATTEMPT" >> '${begun}'`;
  const ran = (project: string) =>
    linesOf(begun)
      .filter((line) => line.startsWith(`${project} `))
      .map((line) => line.slice(project.length + 1))
      .sort();
  const again = { retries: { attempts: 2, delay: 'PT0S' } };
  let asking: Deployment;
  let failing: Deployment;
  let trying: Deployment;
  let soaking: Deployment;
  let both: Deployment;
  let half: Deployment;
  let suite: Deployment;
  const answers = async (deployment: Deployment, answer: string) => {
    const { waitingFor } = await client.until(deployment, 'awaiting-intervention');
    const path = `/interruptions/${String(waitingFor!.facts['interruption'])}`;
    await client.does('POST', `${path}/take`);
    await client.does('POST', `${path}/resolve`, { answer });
  };
  const deploys = async (steps: Parameters<typeof slipway.project>[0], more: object = {}) => {
    const project = await slipway.project(steps);
    await project.cut('1.0.0');
    return project.deploy('1.0.0', 'development', { ...more });
  };

  beforeAll(async () => {
    const approve = { name: 'Approve', type: 'manual-intervention', input: { instructions: 'Look.' } };
    asking = await deploys([approve, script('After', begins)]);
    failing = await deploys([script('Flaky', `${begins}; [ "$SLIPWAY_ATTEMPT" = 2 ]`)], { failureMode: 'guided' });
    await client.until(asking, 'awaiting-intervention');
    await client.until(failing, 'awaiting-intervention');
    const waits = `${begins}; ${gate.wait}`;
    both = await deploys([script('East', waits, again), script('West', waits, { ...again, ...beside })]);
    half = await deploys([script('East', begins, again), script('West', waits, { ...again, ...beside }), script('After', begins)]);
    const api = await slipway.project([script('Serve', waits, again)]);
    await api.cut('1.0.0');
    suite = await deploys([{ name: 'Api', type: 'deploy-release', input: { project: api.slug } }, script('After', begins)]);
    for (const name of ['East', 'West']) await client.untilStep(both, name, 'running');
    await client.untilStep(half, 'East', 'succeeded');
    await client.untilStep(half, 'West', 'running');
    // Last: what they wait for comes by itself, however long the others took.
    const retries = { retries: { attempts: 2, delay: 'PT4S' } };
    trying = await deploys([script('Flaky', `${begins}; [ "$SLIPWAY_ATTEMPT" = 2 ]`, retries)]);
    soaking = await deploys([{ name: 'Soak', type: 'delay', input: { duration: 'PT4S' } }, script('After', begins)]);
    await client.seesOnce<Deployment>(`/deployments/${trying.id}`, ({ waitingFor }) => waitingFor?.code === 'retry-planned');
    await eventually(
      'all of them began',
      () => linesOf(begun).length,
      (lines) => lines === 7,
    );
    await slipway.process.kill();
    gate.open();
    await slipway.process.start();
  });

  tells('a person who is asked is still asked, once, and the deployment goes on with the answer', async () => {
    await answers(asking, 'proceed');
    await client.until(asking, 'succeeded');
    expect(ran(asking.project)).toEqual(['After 1']);
  });

  tells('a failure that a person is asked about may be tried again', async () => {
    await answers(failing, 'retry');
    await client.until(failing, 'succeeded');
    expect(ran(failing.project)).toEqual(['Flaky 1', 'Flaky 2']);
  });

  tells('the next try comes when it was to come, not before and not twice', async () => {
    const { steps } = await client.until(trying, 'succeeded');
    const [first, second] = steps[0]!.attempts;
    expect(Date.parse(second!.startedAt!) - Date.parse(first!.finishedAt!)).toBeGreaterThanOrEqual(4_000);
    expect(ran(trying.project)).toEqual(['Flaky 1', 'Flaky 2']);
  });

  tells('a delay ends when it was to end', async () => {
    const { steps } = await client.until(soaking, 'succeeded');
    const { startedAt, finishedAt } = steps[0]!.attempts[0]!;
    expect(Date.parse(finishedAt!) - Date.parse(startedAt!)).toBeGreaterThanOrEqual(4_000);
    expect(ran(soaking.project)).toEqual(['After 1']);
  });

  tells('two steps that ran side by side are lost, each is said so, and each is tried again', async () => {
    const { steps } = await client.until(both, 'succeeded');
    for (const { attempts } of steps) expect(attempts.map(({ state }) => state)).toEqual(['lost', 'succeeded']);
    expect(ran(both.project)).toEqual(['East 1', 'East 2', 'West 1', 'West 2']);
  });

  tells('of two steps side by side, the one that was done is not done again', async () => {
    const { steps } = await client.until(half, 'succeeded');
    expect(steps.map(({ attempts }) => attempts.map(({ state }) => state))).toEqual([['succeeded'], ['lost', 'succeeded'], ['succeeded']]);
    expect(ran(half.project)).toEqual(['After 1', 'East 1', 'West 1', 'West 2']);
  });

  tells('a deployment of another project is still waited for', async () => {
    await client.until(suite, 'succeeded');
    const done = await client.sees<{ items: readonly Deployment[] }>('/deployments', { state: 'succeeded' });
    expect(done.items.filter((one) => one.parent?.deployment === suite.id)).toHaveLength(1);
    expect(ran(suite.project)).toEqual(['After 1']);
  });

  tells('no history has a fault afterwards', async () => {
    await slipway.process.stop();
    expect(faultsIn(await slipway.process.storedEvents())).toEqual([]);
  });
});
