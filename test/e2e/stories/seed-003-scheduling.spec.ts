import type { Dashboard, Deployment, Problem } from '../../support/answers';
import { type Project, script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

const DAY_MS = 24 * 3_600_000;
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

describe('Scheduling a Deployment (seed 003)', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const shop = async (...steps: readonly ReturnType<typeof script>[]): Promise<Project> => {
    const project = await slipway.project(steps.length > 0 ? steps : [script('say', 'echo hello')]);
    await project.cut('1.0.0');
    return project;
  };
  const refused = (project: Project, options: object): Promise<Problem> =>
    client.isRefused('POST', `${project.releasePath('1.0.0')}/deployments`, { environment: 'development', ...options });

  tells('“Specify the time and date you would like the deployment to run”: it starts then, and not before', async () => {
    const project = await shop();
    const at = inMs(1_200);
    const asked = await project.deploy('1.0.0', 'development', { at, comment: 'after lunch' });
    expect(asked).toMatchObject({ state: 'scheduled', at, comment: 'after lunch' });
    const done = await client.until(asked, 'succeeded');
    expect(Date.parse(done.queuedAt!)).toBeGreaterThanOrEqual(Date.parse(at));
    expect(Date.parse(done.startedAt!) - Date.parse(at)).toBeLessThan(5_000);
  });

  tells('“deployments can only be scheduled for 30 days in advance”: 30 days are accepted, 30 days and a second are refused', async () => {
    const project = await shop();
    expect(await project.deploy('1.0.0', 'development', { at: inMs(30 * DAY_MS) })).toMatchObject({ state: 'scheduled' });
    const refusal = await refused(project, { at: inMs(30 * DAY_MS + 1_000) });
    expect(refusal).toMatchObject({ status: 400, code: 'deployment.at-too-far', errors: [{ pointer: '/at' }] });
    expect(refusal.detail).toMatch(/more than 30 days ahead; the furthest time is \d{4}-/);
  });

  tells('“--deployAt="2014-07-12 17:54:00 +11:00"”: a time that is past is refused, and one that is no RFC 3339 time', async () => {
    const project = await shop();
    expect(await refused(project, { at: '2014-07-12T17:54:00+11:00' })).toMatchObject({ status: 400, code: 'deployment.at-past' });
    expect(await refused(project, { at: '2014-07-12 17:54:00 +11:00' })).toMatchObject({ status: 400, errors: [{ pointer: '/at' }] });
    expect(await refused(project, { at: 'tomorrow' })).toMatchObject({ status: 400, errors: [{ pointer: '/at' }] });
    expect((await client.all('/deployments', { project: project.slug })).length).toBe(0);
    // Any offset is understood.
    const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 3_600_000);
    const local = `${new Date(at.getTime() + 11 * 3_600_000).toISOString().slice(0, 19)}+11:00`;
    expect((await project.deploy('1.0.0', 'development', { at: local })).at).toBe(at.toISOString());
  });

  tells('“If the deployment does not start within the specified timeout period, the deployment will not run”', async () => {
    const gate = slipway.gate('busy');
    const project = await shop(script('say', `${gate.wait}; echo hello`));
    const holder = await project.deploy('1.0.0', 'development');
    await client.until(holder, 'executing');
    const impatient = await project.deploy('1.0.0', 'development', { expiresAfter: 'PT1S' });
    const byTime = await project.deploy('1.0.0', 'development', { expiresAt: inMs(1_000) });
    const patient = await project.deploy('1.0.0', 'development', { expiresAfter: 'PT1H' });
    expect(Date.parse(impatient.expiresAt!) - Date.parse(impatient.at)).toBe(1_000);
    await client.until(impatient, 'queued', 'expired');

    // Its time passes while the lane is busy.
    for (const expired of [await client.until(impatient, 'expired'), await client.until(byTime, 'expired')]) {
      expect(expired.startedAt).toBeUndefined();
      expect(expired.steps).toMatchObject([{ state: 'pending', attempts: [] }]);
    }
    gate.open();
    await client.until(holder, 'succeeded');
    // The one behind them gets its turn; theirs is over.
    await client.until(patient, 'succeeded');
    expect(await client.until(impatient, 'expired')).toMatchObject({ state: 'expired' });
    expect(await client.log(impatient)).toBe('');
  });

  tells('the timeout governs the start only: a deployment that runs longer than it ends as it would have', async () => {
    const project = await shop(script('say', 'sleep 1.3; echo hello'));
    const done = await client.until(
      await project.deploy('1.0.0', 'development', { expiresAfter: 'PT1S' }),
      'succeeded',
      'expired',
      'failed',
    );
    expect(done.state).toBe('succeeded');
    expect(Date.parse(done.finishedAt!)).toBeGreaterThan(Date.parse(done.expiresAt!));
  });

  tells('a timeout period that makes no sense is refused with the reason', async () => {
    const project = await shop();
    const at = inMs(3_600_000);
    expect(await refused(project, { at, expiresAt: at })).toMatchObject({ status: 400, code: 'deployment.expiry-before-start' });
    expect(await refused(project, { expiresAfter: 'PT0S' })).toMatchObject({ status: 400, errors: [{ pointer: '/expiresAfter' }] });
    expect(await refused(project, { expiresAfter: '30m' })).toMatchObject({ status: 400, errors: [{ pointer: '/expiresAfter' }] });
    expect(await refused(project, { at, expiresAfter: 'PT1H', expiresAt: inMs(2 * 3_600_000) })).toMatchObject({ status: 400 });
  });

  tells(
    '“Deployments schedule for the future can be viewed under the Project Overview page, the Dashboard, and the Tasks section of the web portal”',
    async () => {
      const project = await shop();
      const other = await shop();
      const [late, soon] = [inMs(2 * DAY_MS), inMs(DAY_MS)];
      const second = await project.deploy('1.0.0', 'development', { at: late });
      const first = await project.deploy('1.0.0', 'development', { at: soon });
      const elsewhere = await other.deploy('1.0.0', 'development', { at: soon });
      // The project's overview.
      const overview = await client.all<Deployment>('/deployments', { project: project.slug });
      expect(overview.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
      // The dashboard, the next one first.
      const dashboard = await client.sees<Dashboard>('/dashboard', { project: project.slug });
      expect(dashboard.projects[0]?.cells['development']?.upcoming).toMatchObject([
        { id: first.id, state: 'scheduled', at: soon },
        { id: second.id, state: 'scheduled', at: late },
      ]);
      // The tasks of everybody.
      const scheduled = await client.all<Deployment>('/deployments', { state: 'scheduled', since: soon, until: inMs(3 * DAY_MS) });
      const ids = scheduled.map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining([first.id, second.id, elsewhere.id]));
      expect(await client.all<Deployment>('/deployments', { state: 'scheduled', project: project.slug, until: late })).toMatchObject([
        { id: first.id },
      ]);

      await client.does('POST', `/deployments/${first.id}/cancel`);
      await client.until(first, 'cancelled');
      const after = await client.sees<Dashboard>('/dashboard', { project: project.slug });
      expect(after.projects[0]?.cells['development']?.upcoming).toMatchObject([{ id: second.id }]);
    },
  );
});
