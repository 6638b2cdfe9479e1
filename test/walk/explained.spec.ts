import type { Page } from '@slipway/platform';
import { ShowDeploymentEvents } from '@slipway/audit/queries/show-deployment-events.query';
import type { ToldEvent } from '@slipway/audit/queries/told-events';
import { ExplainDeployment } from '@slipway/deployments/queries/explain-deployment.query';
import { ExplainEligibility } from '@slipway/releases/queries/eligibility.query';
import { ScriptedWorker } from './scripted-worker';
import { deploy, release, script, shop } from './shop';
import { WalkSystem } from './system';

interface Explained {
  readonly state: string;
  readonly since?: string;
  readonly notBefore?: string;
  readonly steps: { since?: string }[];
  readonly reason?: { code: string; facts: Record<string, unknown>; causes: { type: string; actor: string }[]; notBefore?: string };
  readonly holder?: { deployment: string; state: string; since: string; steps: object[]; waitingFor?: { code: string } };
  readonly timers: { kind: string; at: string }[];
  readonly start?: { allowed: boolean; reasons: { code: string }[] };
}

describe('a deployment, explained', () => {
  let system: WalkSystem;
  let worker: ScriptedWorker | undefined;

  beforeEach(async () => {
    worker = undefined;
    system = await WalkSystem.open('explained');
    await shop(system, { environments: ['staging', 'production'], steps: [script('Deploy')] });
    await release(system, '1.0.0');
  });
  afterEach(async () => {
    await worker?.stop();
    await system.close();
  });

  const ahead = (ms: number) => new Date(system.clock.now() + ms).toISOString();
  const explain = (id: string) => system.query<Explained>(new ExplainDeployment(id, {}));
  const told = (id: string, page = {}) => system.query<Page<ToldEvent>>(new ShowDeploymentEvents(id, page));
  const cancel = (deployment: string, reason: string) => system.ask('CancelDeployment', { reason }, { deployment });
  async function settledDeploy(options: object = {}): Promise<string> {
    const id = await deploy(system, '1.0.0', 'staging', options);
    await system.pass(200);
    return id;
  }

  it('waits for its time, and says when that and its expiry come', async () => {
    const [now, at, end] = [ahead(0), ahead(3_600_000), ahead(7_200_000)];
    const id = await settledDeploy({ at, expiresAfter: 'PT1H' });
    expect(await explain(id)).toMatchObject({
      state: 'scheduled',
      since: now,
      notBefore: at,
      reason: { code: 'not-due', notBefore: at, causes: [{ type: 'DeploymentScheduled', actor: 'ada', at: now }] },
      steps: [],
      timers: [
        { kind: 'due', at },
        { kind: 'expiry', at: end },
      ],
      start: { allowed: true, reasons: [] },
    });
  });

  it('says what stands against its start by then', async () => {
    const at = ahead(3_600_000);
    const id = await settledDeploy({ at });
    const until = ahead(7_200_000);
    await system.ask('CreateFreeze', { slug: 'sale', start: ahead(1_800_000), end: until });
    await system.quiet();
    expect(await explain(id)).toMatchObject({
      notBefore: until,
      start: { allowed: false, notBefore: until, reasons: [{ code: 'freeze-active' }] },
    });
  });

  it('waits in line: who holds the lane, what that one is at, and since when', async () => {
    worker = await new ScriptedWorker('w1', system, () => 'runs on').start();
    const holder = await settledDeploy();
    const { steps } = await explain(holder);
    const [second, third] = [await settledDeploy(), await settledDeploy()];
    const { since } = (await explain(second)).holder!;
    for (const [id, position] of [
      [second, 1],
      [third, 2],
    ] as const)
      expect(await explain(id)).toMatchObject({
        state: 'queued',
        since: expect.any(String) as string,
        reason: { code: 'lane-busy', facts: { position, holder }, causes: [{ type: 'LaneEntered' }, { type: 'LaneGranted' }] },
        holder: { deployment: holder, release: '1.0.0', state: 'executing', since, steps },
        start: { allowed: true },
      });
    expect(await explain(second)).not.toHaveProperty('notBefore');
    const running = await explain(holder);
    const [began = ''] = steps.map((step) => step.since);
    const until = new Date(Date.parse(began) + 3_600_000).toISOString();
    expect(running).toMatchObject({ state: 'executing', timers: [] });
    expect(steps).toEqual([{ name: 'Deploy', state: 'running', attempt: 1, pool: 'default', worker: 'w1', since: began, until }]);
    expect(running).not.toHaveProperty('reason');
  });

  it('waits for a worker, in its own turn or in that of its holder', async () => {
    const offered = ahead(0);
    const holder = await settledDeploy();
    const second = await settledDeploy();
    expect(await explain(holder)).toMatchObject({
      reason: { code: 'worker-awaited', facts: { step: 'Deploy', pool: 'default' }, causes: [{ type: 'StepDispatched', at: offered }] },
      steps: [{ name: 'Deploy', state: 'dispatched', attempt: 1, pool: 'default', since: offered }],
    });
    expect((await explain(second)).holder).toMatchObject({
      steps: [{ name: 'Deploy', state: 'dispatched' }],
      waitingFor: { code: 'worker-awaited' },
    });
  });

  it('waits for a delay, and nobody behind it goes on before that is over', async () => {
    const wait = { ...script('Wait'), type: 'delay', input: { duration: 'PT1H' } };
    await system.ask('ChangeProcess', { steps: [wait, script('Deploy')] }, { project: 'shop' });
    await release(system, '2.0.0');
    const until = ahead(3_600_000);
    const [holder, second] = [await deploy(system, '2.0.0', 'staging'), await settledDeploy()];
    await system.pass(200);
    expect(await explain(holder)).toMatchObject({
      notBefore: until,
      reason: { code: 'delay', causes: [{ type: 'StepDelayed' }] },
      timers: [{ kind: 'step', at: until }],
    });
    expect(await explain(second)).toMatchObject({ state: 'queued', notBefore: until, holder: { waitingFor: { notBefore: until } } });
  });

  it('is being cancelled, since when and for whom', async () => {
    worker = await new ScriptedWorker('w1', system, () => 'runs on').start();
    const id = await settledDeploy();
    await worker.stop();
    const since = ahead(0);
    await cancel(id, 'wrong one');
    await system.quiet();
    expect(await explain(id)).toMatchObject({
      state: 'cancelling',
      since,
      reason: { code: 'cancel-acknowledgement', causes: [{ type: 'CancelRequested', actor: 'ada' }] },
      steps: [{ name: 'Deploy', state: 'running', worker: 'w1' }],
    });
  });

  it('ended, and says why, with the event that says so', async () => {
    const id = await settledDeploy();
    await cancel(id, 'wrong one');
    await system.quiet();
    expect(await explain(id)).toMatchObject({
      state: 'cancelled',
      reason: { code: 'deployment-cancelled', causes: [{ type: 'DeploymentCancelled', actor: 'ada' }] },
      timers: [],
    });
    await expect(explain('nope')).rejects.toMatchObject({ code: 'deployment.not-found' });
  });

  it('is told in order over all streams that know of it, and of no other, each event with its cause', async () => {
    const first = await settledDeploy();
    const second = await settledDeploy();
    await cancel(first, 'out of the way');
    await system.quiet();
    await cancel(second, 'and this');
    await system.quiet();
    await settledDeploy();
    const { items, next } = await told(second, { limit: 200 });
    expect(next).toBeUndefined();
    expect(items.map(({ type, cause }) => `${type} ← ${(cause as { type?: string }).type ?? cause.kind}`).sort()).toEqual(
      [
        'DeploymentScheduled ← request',
        'DeploymentOpened ← DeploymentScheduled',
        'DeploymentQueued ← DeploymentScheduled',
        'LaneEntered ← DeploymentQueued',
        'LaneGranted ← DeploymentCancelled',
        'DeploymentStarted ← LaneGranted',
        'StepDispatched ← LaneGranted',
        'StepSkipped ← request',
        'DeploymentCancelled ← request',
        'LaneLeft ← DeploymentCancelled',
        'DeploymentConcluded ← DeploymentCancelled',
      ].sort(),
    );
    const positions = items.map(({ position }) => BigInt(position));
    expect(positions).toEqual([...positions].sort((a, b) => Number(a - b)));
    const all = (await system.events()).filter(({ data }) => (data as { deployment?: string }).deployment === second);
    expect(items.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    const paged: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: Page<ToldEvent> = await told(second, { limit: 3, ...(cursor ? { cursor } : {}) });
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(paged).toEqual(items.map(({ id }) => id));
    await expect(told('nope')).rejects.toMatchObject({ code: 'deployment.not-found' });
    await expect(told(second, { cursor: 'garbage' })).rejects.toMatchObject({ code: 'cursor.invalid' });
  });

  it('may not go somewhere, for reasons that lead to what caused them', async () => {
    const ask = (environment: string, at?: string) =>
      system.query<object>(new ExplainEligibility('shop', '1.0.0', { environment, ...(at === undefined ? {} : { at }) }));
    expect(await ask('staging')).toEqual({ environment: 'staging', at: system.clock.timestamp(), allowed: true, reasons: [] });
    await system.ask('BlockRelease', { reason: 'It is slow.' }, { project: 'shop', version: '1.0.0' });
    await system.ask('CreateFreeze', { slug: 'sale', start: ahead(0), end: ahead(60_000) });
    await system.quiet();
    expect(await ask('production')).toMatchObject({
      allowed: false,
      notBefore: ahead(60_000),
      reasons: [
        { code: 'release-blocked', causes: [{ type: 'ReleaseBlocked', actor: 'ada', stream: 'release-shop@1.0.0' }] },
        { code: 'phase-incomplete', causes: [{ type: 'ReleaseCreated' }] },
        { code: 'freeze-active', causes: [{ type: 'FreezeCreated' }] },
      ],
    });
    expect(await ask('staging', ahead(120_000))).toMatchObject({ allowed: true, at: ahead(120_000) });
  });
});
