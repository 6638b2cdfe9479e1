import type { Page } from '@slipway/platform';
import { ScriptedWorker } from '../../../test/walk/scripted-worker';
import { deploy, release, script, shop } from '../../../test/walk/shop';
import { WalkSystem } from '../../../test/walk/system';
import type { DeploymentView } from '../domain/deployment-view';
import { DashboardQuery, ShowDashboard } from './dashboard.query';
import { DeploymentsQuery, ListDeployments, ShowDeployment } from './deployments.query';

type Shown = DeploymentView & { waitingFor?: { code: string; facts: Record<string, unknown>; events: string[] } };

interface Board {
  environments: string[];
  projects: {
    project: string;
    cells: Record<string, { current?: object; latest?: { id: string; state: string }; upcoming: { id: string }[] }>;
  }[];
  next?: string;
}

describe('deployments as queries show them', () => {
  let system: WalkSystem;
  let worker: ScriptedWorker | undefined;

  beforeEach(async () => {
    worker = undefined;
    system = await WalkSystem.open('queries');
    await shop(system, { environments: ['staging', 'production'], steps: [script('Deploy')] });
    await release(system, '1.0.0');
  });

  afterEach(async () => {
    await worker?.stop();
    await system.close();
  });

  const show = (id: string) => system.query<Shown>(new ShowDeployment(id, {}, 'deployment'));
  const list = (query: Partial<DeploymentsQuery>) =>
    system.query<Page<Shown>>(new ListDeployments(Object.assign(new DeploymentsQuery(), query)));
  const ids = async (query: Partial<DeploymentsQuery>) => (await list(query)).items.map((one) => one.id);
  const board = (query: Partial<DashboardQuery> = {}) => system.query<Board>(new ShowDashboard(Object.assign(new DashboardQuery(), query)));
  const ahead = (ms: number) => new Date(system.clock.now() + ms).toISOString();

  async function deployAll(...options: object[]): Promise<string[]> {
    const all: string[] = [];
    for (const each of options) {
      all.push(await deploy(system, '1.0.0', 'staging', each));
      await system.pass(100);
    }
    return all;
  }

  it('says of each one in line its number, and who holds the lane: those with priority first', async () => {
    const [holder, second, third, urgent] = (await deployAll({}, {}, {}, { priority: true })) as [string, string, string, string];
    const waiting = async (id: string) => (await show(id)).waitingFor;
    expect(await waiting(holder)).toMatchObject({ code: 'worker-awaited', facts: { step: 'Deploy' } });
    for (const [id, position] of [
      [urgent, 1],
      [second, 2],
      [third, 3],
    ] as const) {
      expect(await waiting(id)).toMatchObject({ code: 'lane-busy', facts: { lane: 'shop@staging', position, holder, release: '1.0.0' } });
    }
    const entered = (await system.events('lane-shop@staging')).map((event) => event.id);
    for (const event of (await waiting(second))!.events) expect(entered).toContain(event);
    await system.ask('CancelDeployment', {}, { deployment: holder });
    await system.pass(200);
    expect((await show(holder)).waitingFor).toBeUndefined();
    expect(await waiting(urgent)).toMatchObject({ code: 'worker-awaited' });
    expect(await waiting(second)).toMatchObject({ facts: { position: 1, holder: urgent } });
  });

  it('says that a cancel waits for its worker', async () => {
    worker = await new ScriptedWorker('w1', system, () => 'runs on').start();
    const [id] = (await deployAll({})) as [string];
    await worker.stop();
    await system.ask('CancelDeployment', {}, { deployment: id });
    await system.quiet();
    expect(await show(id)).toMatchObject({ state: 'cancelling', waitingFor: { code: 'cancel-acknowledgement' } });
  });

  it('refuses an id that is none', async () => {
    await expect(show('nope')).rejects.toMatchObject({ code: 'deployment.not-found', kind: 'not-found' });
  });

  it('lists the one scheduled last first, by pages that meet without gap or overlap', async () => {
    const all = await deployAll({}, {}, { at: ahead(60_000) }, {}, {});
    expect(await ids({})).toEqual([...all].reverse());
    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<Shown> = await list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      pages.push(...page.items.map((one) => one.id));
      cursor = page.next;
      // What is scheduled between two pages stands before both.
      await deployAll({ at: ahead(60_000) });
    } while (cursor !== undefined);
    expect(pages).toEqual([...all].reverse());
  });

  it('filters by project, release, environment, state and when it is due', async () => {
    await shop(system, { project: 'blog', environments: ['staging'] });
    await release(system, '2.0.0', 'blog');
    const [now, later] = (await deployAll({}, { at: ahead(3_600_000) })) as [string, string];
    const blog = await deploy(system, '2.0.0', 'staging', { project: 'blog', at: ahead(7_200_000) });
    await system.quiet();
    expect(await ids({ project: 'shop' })).toEqual([later, now]);
    expect(await ids({ release: '2.0.0' })).toEqual([blog]);
    expect(await ids({ environment: 'production' })).toEqual([]);
    expect(await ids({ state: 'scheduled' })).toEqual([blog, later]);
    expect(await ids({ state: 'executing', project: 'shop' })).toEqual([now]);
    const { at } = await show(later);
    expect(await ids({ since: at })).toEqual([blog, later]);
    expect(await ids({ until: at })).toEqual([now]);
    expect(await ids({ since: at.replace('Z', '+00:00'), until: ahead(3_601_000) })).toEqual([later]);
  });

  describe('the dashboard', () => {
    it('shows what runs, what came last, and what is coming, the next one first', async () => {
      worker = await new ScriptedWorker('w1', system).start();
      const [done] = (await deployAll({})) as [string];
      await system.until(async () => (await show(done)).state === 'succeeded', 'the success');
      const [last, first] = await deployAll({ at: ahead(50_000) }, { at: ahead(20_000) });
      worker.script = () => 'runs on';
      const [running] = (await deployAll({})) as [string];
      await system.quiet();
      const { environments, projects } = await board();
      expect(environments).toEqual(['staging', 'production']);
      expect(projects).toHaveLength(1);
      expect(projects[0]?.cells).toMatchObject({
        staging: {
          current: { release: '1.0.0', deployment: done },
          latest: { id: running, state: 'executing' },
          upcoming: [{ id: first }, { id: last }],
        },
      });
      expect(projects[0]?.cells['staging']?.upcoming).toHaveLength(2);
      expect(projects[0]?.cells['production']).toBeUndefined();
    });

    it('shows at most ten upcoming of a cell', async () => {
      await deployAll(...Array.from({ length: 12 }, (_, index) => ({ at: ahead(60_000 + index) })));
      expect((await board()).projects[0]?.cells['staging']?.upcoming).toHaveLength(10);
    });

    it('is a window of projects by slug, of all environments or of one', async () => {
      for (const project of ['atlas', 'blog']) await shop(system, { project, environments: ['staging'] });
      await deployAll({ at: ahead(60_000) });
      const first = await board({ limit: 2 });
      expect(first.projects.map((one) => one.project)).toEqual(['atlas', 'blog']);
      const rest = await board({ limit: 2, cursor: first.next! });
      expect(rest.projects.map((one) => one.project)).toEqual(['shop']);
      expect(rest.next).toBeUndefined();
      const one = await board({ project: 'shop', environment: 'production' });
      expect(one).toMatchObject({ environments: ['production'], projects: [{ project: 'shop', cells: {} }] });
      expect((await board({ project: 'shop', environment: 'staging' })).projects[0]?.cells['staging']?.upcoming).toHaveLength(1);
    });
  });
});
