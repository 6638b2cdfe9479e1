import type { Deployment } from '../../support/answers';
import { eventually } from '../support/eventually';
import { pidsIn, runs } from '../support/machine';
import { script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

describe('Cancelling a deployment', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const cancel = (deployment: Deployment, body: object = { reason: 'not today' }) =>
    client.does<Deployment>('POST', `/deployments/${deployment.id}/cancel`, body);
  const gone = (file: string) =>
    eventually(
      'its processes are gone',
      () => pidsIn(file).filter(runs),
      (left) => left.length === 0,
    );

  tells('that is scheduled ends it at once, and it never runs', async () => {
    const shop = await slipway.project([script('say', 'echo hello')]);
    await shop.cut('1.0.0');
    const scheduled = await shop.deploy('1.0.0', 'development', { at: new Date(Date.now() + 1_500).toISOString() });
    const answer = await cancel(scheduled);
    expect(answer).toMatchObject({ status: 202, body: { id: scheduled.id, state: 'cancelled' } });
    await eventually(
      'its time has come',
      () => Date.now(),
      (time) => time > Date.parse(scheduled.at) + 200,
    );
    const [after] = await shop.take('1.0.0', 'development');
    expect(after?.state).toBe('succeeded');
    const seen = await client.until(scheduled, 'cancelled');
    expect(seen.queuedAt).toBeUndefined();
    expect(seen.reason?.message).toContain('not today');
  });

  tells('that is queued takes it out of the line', async () => {
    const gate = slipway.gate('line');
    const shop = await slipway.project([script('wait', gate.wait)]);
    await shop.cut('1.0.0');
    const running = await shop.deploy('1.0.0', 'development');
    await client.untilStep(running, 'wait', 'running');
    const queued = await shop.deploy('1.0.0', 'development');
    const behind = await shop.deploy('1.0.0', 'development');
    await client.seesOnce<Deployment>(`/deployments/${behind.id}`, ({ waitingFor }) => waitingFor?.facts['position'] === 2);
    await cancel(queued);
    await client.until(queued, 'cancelled');
    await client.seesOnce<Deployment>(`/deployments/${behind.id}`, ({ waitingFor }) => waitingFor?.facts['position'] === 1);
    gate.open();
    await client.until(behind, 'succeeded');
    expect((await client.sees<Deployment>(`/deployments/${queued.id}`)).startedAt).toBeUndefined();
  });

  tells('that executes ends the running script with everything it started, and skips the rest', async () => {
    const pids = slipway.file('executing');
    const work = `echo $$ >> '${pids}'; sleep 300 & echo $! >> '${pids}'; (sleep 301 & echo $! >> '${pids}'; wait) & wait`;
    const shop = await slipway.project([script('work', work), script('after', 'echo never')]);
    await shop.cut('1.0.0');
    const running = await shop.deploy('1.0.0', 'development');
    await client.untilStep(running, 'work', 'running');
    await eventually(
      'the script has begun',
      () => pidsIn(pids),
      (found) => found.length === 3,
    );
    expect(pidsIn(pids).every(runs)).toBe(true);
    const { body } = await cancel(running);
    expect(['cancelling', 'cancelled']).toContain(body.state);
    const cancelled = await client.until(running, 'cancelled');
    expect(cancelled).toMatchObject({
      reason: { message: expect.stringContaining('not today') as string },
      steps: [
        { state: 'failed', attempts: [{ error: { code: 'step.cancelled' } }] },
        { state: 'skipped', reason: { code: 'deployment-cancelled' } },
      ],
    });
    await gone(pids);
    expect(await client.log(cancelled)).toBe('');
    // Asking again changes nothing, and the lane is free.
    expect((await cancel(running, {})).body.state).toBe('cancelled');
  });

  tells('whose script does not listen to TERM ends all the same: it is killed', async () => {
    const pids = slipway.file('stubborn');
    const shop = await slipway.project([script('stay', `trap '' TERM INT HUP; echo $$ > '${pids}'; while :; do sleep 0.2; done`)]);
    await shop.cut('1.0.0');
    const running = await shop.deploy('1.0.0', 'development');
    await eventually(
      'the script has begun',
      () => pidsIn(pids),
      (found) => found.length === 1,
    );
    await client.untilStep(running, 'stay', 'running');
    await cancel(running);
    await client.until(running, 'cancelled');
    await gone(pids);
  });

  tells('that has ended is refused, and so is one that does not exist', async () => {
    const shop = await slipway.project([script('say', 'echo hello')]);
    await shop.cut('1.0.0');
    const [done] = await shop.take('1.0.0', 'development');
    expect(await client.isRefused('POST', `/deployments/${done?.id}/cancel`)).toMatchObject({ status: 409, code: 'deployment.ended' });
    const unknown = '01a1fe2c-b150-73dd-b470-aaadb758af96';
    expect(await client.isRefused('POST', `/deployments/${unknown}/cancel`)).toMatchObject({ status: 404, code: 'deployment.not-found' });
  });
});
