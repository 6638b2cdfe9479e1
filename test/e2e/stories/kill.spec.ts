import type { AuditEvent, Deployment, Release } from '../../support/answers';
import { asStored, faultsIn } from '../../support/processes/chain';
import { eventually } from '../support/eventually';
import { linesOf, pidsIn, runs } from '../support/machine';
import { type Project, script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

describe('kill -9 in the middle of a step, and a restart on the same folder', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const pids = slipway.file('pids');
  /** Lines `<deployment> <nanoseconds>`, for as long as somebody runs. */
  const beats = slipway.file('beats');
  const killed = slipway.gate('restarted');
  const acknowledged: string[] = [];
  let shop: Project;
  let running: Deployment;
  let behind: Deployment;
  let expiring: Deployment;
  let due: Deployment;
  let later: Deployment;
  let before: AuditEvent[];
  let killedAt: number;

  const beat = `echo "$SLIPWAY_DEPLOYMENT $(date +%s%N)" >> '${beats}'`;
  // Three processes, none of which listens to TERM, one of them not the script's own child.
  const work = [
    `trap '' TERM INT HUP`,
    `if [ -e '${slipway.file('restarted')}' ]; then ${beat}; exit 0; fi`,
    `echo $$ >> '${pids}'; (sleep 300 & echo $! >> '${pids}'; wait) & echo $! >> '${pids}'`,
    `while :; do ${beat}; sleep 0.05; done`,
  ].join('\n');

  beforeAll(async () => {
    shop = await slipway.project([script('build', 'echo built'), script('work', work), script('after', 'echo after')]);
    const calm = await slipway.project([script('say', 'echo on time')]);
    for (const project of [shop, calm]) await project.cut('1.0.0');
    running = await shop.deploy('1.0.0', 'development', { comment: 'the one that is hit' });
    behind = await shop.deploy('1.0.0', 'development');
    later = await calm.deploy('1.0.0', 'development', { at: inMs(3_600_000) });
    await eventually(
      'the step runs',
      () => linesOf(beats),
      (lines) => lines.length > 2,
    );
    await client.untilStep(running, 'work', 'running');
    await client.until(behind, 'queued');
    before = await client.all<AuditEvent>(`/audit/streams/deployment-${running.id}`);
    expiring = await shop.deploy('1.0.0', 'development', { expiresAfter: 'PT2S' });
    await client.until(expiring, 'queued');
    due = await calm.deploy('1.0.0', 'development', { at: inMs(1_500) });

    // One after the other, until nobody answers any more.
    const asking = (async () => {
      for (let number = 0; ; number += 1) acknowledged.push((await calm.cut(`2.${number}.0`)).version);
    })().catch(() => undefined);
    await eventually(
      'some commands are acknowledged',
      () => acknowledged.length,
      (count) => count > 5,
    );
    await slipway.process.kill();
    killedAt = Date.now();
    await asking;
    await eventually(
      'what was due is due, and what expires has expired',
      () => Date.now(),
      (now) => now > Math.max(Date.parse(expiring.expiresAt!), Date.parse(due.at)) + 100,
    );
    killed.open();
    await slipway.process.start();
  });

  tells('nothing of the step survives: its whole process group ends with the process that ran it', async () => {
    expect(pidsIn(pids).length).toBe(3);
    await eventually(
      'its processes are gone',
      () => pidsIn(pids).filter(runs),
      (left) => left.length === 0,
    );
  });

  tells('the deployment is brought to its end: the outcome of its running step is unknown, and that is said', async () => {
    const ended = await client.until(running, 'failed', 'succeeded');
    expect(ended).toMatchObject({
      state: 'failed',
      reason: { code: 'step.lost' },
      comment: 'the one that is hit',
      steps: [
        { name: 'build', state: 'succeeded' },
        { name: 'work', state: 'lost', attempts: [{ state: 'lost', error: { message: expect.stringContaining('unknown') as string } }] },
        { name: 'after', state: 'skipped', reason: { code: 'earlier-step-failed' } },
      ],
    });
    expect(await client.log(running)).toBe('built\n');
  });

  tells('the step never overlaps a next try: the deployment behind it starts only when nothing of it runs any more', async () => {
    await client.until(behind, 'succeeded');
    const lines = linesOf(beats).map((line) => line.split(' ') as [string, string]);
    const last = lines.filter(([id]) => id === running.id).at(-1)!;
    const first = lines.find(([id]) => id === behind.id)!;
    expect(BigInt(first[1]) > BigInt(last[1])).toBe(true);
    const lane = await client.all<AuditEvent>(`/audit/streams/lane-${shop.slug}@development`);
    const told = lane.map(({ type, data }) => `${type} ${[running.id, behind.id].indexOf(String(data['deployment']))}`);
    expect(told.indexOf('LaneLeft 0')).toBeLessThan(told.indexOf('LaneGranted 1'));
  });

  tells('a deployment whose time to start passed while the process was down is expired, and was never started', async () => {
    const expired = await client.until(expiring, 'expired', 'succeeded', 'failed');
    expect(expired.state).toBe('expired');
    expect(expired.startedAt).toBeUndefined();
    expect(linesOf(beats).some((line) => line.startsWith(expiring.id))).toBe(false);
  });

  tells('a deployment that was due while the process was down starts after the restart', async () => {
    const done = await client.until(due, 'succeeded', 'failed', 'expired');
    expect(done.state).toBe('succeeded');
    expect(Date.parse(done.startedAt!)).toBeGreaterThan(killedAt);
    expect(await client.log(done)).toBe('on time\n');
  });

  tells('a deployment that is scheduled for later is still scheduled', async () => {
    expect(await client.sees<Deployment>(`/deployments/${later.id}`)).toMatchObject({ state: 'scheduled', at: later.at });
  });

  tells('every acknowledged command is still there', async () => {
    const versions = (await client.all<Release>(`/projects/${later.project}/releases`)).map(({ version }) => version);
    expect(versions).toEqual(expect.arrayContaining(acknowledged));
    // The one in flight may have been stored, and nobody told.
    expect(versions.length - acknowledged.length - 1).toBeLessThanOrEqual(1);
  });

  tells('the history of the deployment is whole: what was there is unchanged, in order, without gaps, and says how it ended', async () => {
    await client.until(running, 'failed');
    const history = await client.all<AuditEvent>(`/audit/streams/deployment-${running.id}`);
    expect(history.slice(0, before.length)).toEqual(before);
    expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => index));
    const positions = history.map(({ position }) => BigInt(position));
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(history.map(({ type }) => type)).toEqual([
      'DeploymentOpened',
      'DeploymentQueued',
      'DeploymentStarted',
      ...['StepDispatched', 'StepStarted', 'StepSucceeded'],
      ...['StepDispatched', 'StepStarted', 'StepLost'],
      'StepSkipped',
      'DeploymentFailed',
    ]);
    expect(new Set(history.map(({ correlationId }) => correlationId)).size).toBe(1);
  });

  tells('the hash chain of every stream holds, in the export as in the file', async () => {
    const exported = (await slipway.exported()).map(asStored);
    expect(exported.length).toBeGreaterThan(50);
    expect(faultsIn(exported)).toEqual([]);
    await slipway.process.stop();
    const stored = await slipway.process.storedEvents();
    expect(faultsIn(stored)).toEqual([]);
    expect(stored.slice(0, exported.length)).toEqual(exported);
    // The check is no rubber stamp.
    const forged = stored.map((event, at) => (at === 20 ? { ...event, data: event.data.replace(/.$/, ',"forged":1}') } : event));
    expect(faultsIn(forged).length).toBeGreaterThan(0);
    await slipway.process.start();
  });
});
