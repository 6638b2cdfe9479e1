import { silentLog } from '@slipway/kernel';
import { ManualClock } from '@slipway/kernel/testing';
import { CommandGateway, type Page } from '@slipway/platform';
import { ScriptedWorker } from '../../../test/walk/scripted-worker';
import { deploy, release, shop } from '../../../test/walk/shop';
import { WalkSystem } from '../../../test/walk/system';
import { ListReleases, ReleasesQuery } from '../queries/releases.query';
import { Retentions, ShowRetention } from '../queries/retentions';
import { RetentionTick } from './retention-tick';

const HOUR = 3_600_000;

interface Verdict {
  readonly version: string;
  readonly goes: boolean;
  readonly protectedBy: readonly { readonly code: string }[];
}

describe('the retention of releases', () => {
  let system: WalkSystem;
  let worker: ScriptedWorker;
  let ending: AbortController;

  beforeEach(async () => {
    ending = new AbortController();
    system = await WalkSystem.open('retention');
    worker = await new ScriptedWorker('w1', system).start();
    await shop(system, { environments: ['development', 'staging'] });
  });

  afterEach(async () => {
    ending.abort();
    await worker.stop();
    await system.close();
  });

  const versions = async (query: Partial<ReleasesQuery> = {}) => {
    const page = await system.query<Page<{ version: string }>>(new ListReleases('shop', Object.assign(new ReleasesQuery(), query)));
    return page.items.map((one) => one.version);
  };
  const judged = async () => (await system.query<Page<Verdict>>(new ShowRetention('shop', {}))).items;
  const keep = (retention: object) => system.ask('ChangeLifecycle', { retention }, { lifecycle: 'shop-way' });

  /** Another one, on a clock of its own: hours pass for it alone. */
  function tick(): ManualClock {
    const clock = new ManualClock(system.clock.now());
    const on = { retentions: system.get(Retentions), gateway: system.get(CommandGateway), clock, log: silentLog };
    void new RetentionTick(on).run(ending.signal);
    return clock;
  }

  /** The process ends, and starts again so much later: it looks at once. */
  async function later(ms: number): Promise<void> {
    await system.quiet();
    system.kill();
    await system.clock.advance(ms);
    await system.start();
    await system.quiet();
  }

  async function archived(version: string): Promise<void> {
    await system.until(async () => (await system.story(`release-shop@${version}`)).at(-1) === 'ReleaseArchived', 'the archive');
    await system.quiet();
  }

  async function deployed(version: string, environment = 'development'): Promise<void> {
    await deploy(system, version, environment);
    await system.until(async () => (await system.story(`release-shop@${version}`)).at(-1) !== 'DeploymentScheduled', 'the end');
    await system.quiet();
  }

  it('archives within the hour what a rule of the lifecycle does not keep, and tells before what would go', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await release(system, version);
    for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await deployed(version);
    const clock = tick();
    await clock.advance(2 * HOUR);
    expect(await versions()).toHaveLength(4);
    await keep({ releases: 1 });
    await system.quiet();
    expect((await judged()).map(({ version, goes, protectedBy }) => [version, goes, protectedBy.map(({ code }) => code)])).toEqual([
      ['1.3.0', false, ['release-current']],
      ['1.2.0', false, ['release-before-current']],
      ['1.1.0', true, []],
      ['1.0.0', true, []],
    ]);
    await clock.advance(HOUR);
    for (const version of ['1.0.0', '1.1.0']) await archived(version);
    expect(await versions()).toEqual(['1.3.0', '1.2.0']);
    expect(await versions({ state: 'archived' })).toEqual(['1.1.0', '1.0.0']);
    const event = (await system.events('release-shop@1.0.0')).at(-1);
    expect(event).toMatchObject({ type: 'ReleaseArchived', data: { surplus: [{ phase: 'development', rule: { releases: 1 } }] } });
    expect(event?.metadata).toMatchObject({ actor: 'slipway/retention', command: 'ArchiveRelease' });
    expect((await judged()).map(({ version }) => version)).toEqual(['1.3.0', '1.2.0']);
  });

  it('does not deploy what is archived, says why, and never archives it twice', async () => {
    for (const version of ['1.0.0', '1.1.0']) await release(system, version);
    await keep({ days: 1 });
    await later(25 * HOUR);
    for (const version of ['1.0.0', '1.1.0']) await archived(version);
    expect(await versions()).toEqual([]);
    await expect(deploy(system, '1.0.0', 'development')).rejects.toMatchObject({
      code: 'release.not-eligible',
      facts: { reasons: [{ code: 'release-archived' }] },
    });
    await later(HOUR);
    expect((await system.story('release-shop@1.0.0')).filter((type) => type === 'ReleaseArchived')).toHaveLength(1);
  });
});
