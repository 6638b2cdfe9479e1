import { isDomainError } from '@slipway/kernel';
import type { Page } from '@slipway/platform';
import { ScriptedWorker } from '../../../test/walk/scripted-worker';
import { deploy, release, shop } from '../../../test/walk/shop';
import { WalkSystem } from '../../../test/walk/system';
import type { releaseSummary } from './release-resource';
import { ListReleases, ReleasesQuery } from './releases.query';

type Summary = ReturnType<typeof releaseSummary>;

describe('releases as lists show them', () => {
  let system: WalkSystem;
  let worker: ScriptedWorker;

  beforeEach(async () => {
    system = await WalkSystem.open('releases');
    worker = await new ScriptedWorker('w1', system).start();
    await shop(system, { environments: ['development', 'staging', 'production'] });
  });

  afterEach(async () => {
    await worker.stop();
    await system.close();
  });

  const list = (query: Partial<ReleasesQuery> = {}, project = 'shop') =>
    system.query<Page<Summary>>(new ListReleases(project, Object.assign(new ReleasesQuery(), query)));
  const versions = async (query: Partial<ReleasesQuery> = {}) => (await list(query)).items.map((one) => one.version);

  async function walked(version: string, ...environments: string[]): Promise<void> {
    await release(system, version);
    for (const environment of environments) {
      const before = (await system.story(`release-shop@${version}`)).length;
      await deploy(system, version, environment);
      await system.until(
        async () => (await system.story(`release-shop@${version}`)).slice(before).includes('DeploymentConcluded'),
        'the end',
      );
    }
    await system.quiet();
  }

  it('shows the newest first, in pages that stay as they are while releases are cut', async () => {
    for (const version of ['1.0.0', '1.2.0', '1.1.0', '0.9.0']) await release(system, version);
    await system.quiet();
    expect(await versions()).toEqual(['0.9.0', '1.1.0', '1.2.0', '1.0.0']);
    const first = await list({ limit: 3 });
    await release(system, '2.0.0');
    await system.quiet();
    const rest = await list({ limit: 3, cursor: first.next! });
    expect([...first.items, ...rest.items].map((one) => one.version)).toEqual(['0.9.0', '1.1.0', '1.2.0', '1.0.0']);
    expect(rest.next).toBeUndefined();
  });

  it('finds text in version, title and notes, whatever the case', async () => {
    await system.ask('CreateRelease', { version: '1.0.0', title: 'Spring sale' }, { project: 'shop' });
    await system.ask('CreateRelease', { version: '1.1.0', notes: 'Mends the SALE banner' }, { project: 'shop' });
    await system.ask('CreateRelease', { version: '2.0.0-sale.1' }, { project: 'shop' });
    await system.ask('CreateRelease', { version: '3.0.0', title: '100 % ÜBER' }, { project: 'shop' });
    await system.quiet();
    expect(await versions({ text: 'sale' })).toEqual(['2.0.0-sale.1', '1.1.0', '1.0.0']);
    expect(await versions({ text: '%' })).toEqual(['3.0.0']);
    expect(await versions({ text: 'über' })).toEqual(['3.0.0']);
    expect(await versions({ text: '_' })).toEqual([]);
  });

  it('filters by channel and by where a release was ever deployed with success', async () => {
    await walked('1.0.0', 'development', 'staging');
    await walked('1.1.0', 'development');
    await walked('1.2.0');
    expect(await versions({ channel: 'default' })).toEqual(['1.2.0', '1.1.0', '1.0.0']);
    expect(await versions({ channel: 'beta' })).toEqual([]);
    expect(await versions({ environment: 'development' })).toEqual(['1.1.0', '1.0.0']);
    expect(await versions({ environment: 'staging' })).toEqual(['1.0.0']);
    expect(await versions({ environment: 'production' })).toEqual([]);
  });

  it('hides deleted releases unless they are asked for', async () => {
    await walked('1.0.0');
    await walked('1.1.0');
    await system.ask('DeleteRelease', {}, { project: 'shop', version: '1.0.0' });
    await system.quiet();
    expect(await versions()).toEqual(['1.1.0']);
    expect(await versions({ state: 'deleted' })).toEqual(['1.0.0']);
    expect(await versions({ state: 'active' })).toEqual(['1.1.0']);
    expect((await list({ state: 'deleted' })).items[0]).toMatchObject({
      deletable: false,
      notDeletable: [{ code: 'release-deleted', facts: { version: '1.0.0' } }],
    });
  });

  it('refuses a project that is none', async () => {
    await expect(list({}, 'nope')).rejects.toMatchObject({ code: 'project.not-found', kind: 'not-found' });
  });

  it('says deletable exactly where deleting is allowed, with the same blockers', async () => {
    await walked('1.0.0', 'development', 'staging', 'production');
    await walked('1.1.0', 'development', 'staging');
    await walked('1.2.0', 'development');
    await walked('1.3.0');
    await release(system, '1.4.0');
    await deploy(system, '1.4.0', 'development', { at: new Date(system.clock.now() + 60_000).toISOString() });
    await system.quiet();
    const shown = (await list()).items;
    expect(Object.fromEntries(shown.map((one) => [one.version, one.notDeletable?.map((blocker) => blocker.code)]))).toEqual({
      '1.0.0': ['release-linked', 'release-linked', 'release-current'],
      '1.1.0': ['release-linked', 'release-current'],
      '1.2.0': [],
      '1.3.0': [],
      '1.4.0': ['deployment-unfinished'],
    });
    for (const { version = '', deletable, notDeletable } of shown) {
      const refusal = await system.ask('DeleteRelease', {}, { project: 'shop', version }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect({ version, deletable }).toEqual({ version, deletable: refusal === undefined });
      if (isDomainError(refusal)) expect(refusal).toMatchObject({ code: 'release.not-deletable', facts: { blockers: notDeletable } });
    }
  });
});
