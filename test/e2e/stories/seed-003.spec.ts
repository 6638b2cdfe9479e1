import { writeFileSync } from 'node:fs';
import type { Deployment, Page, Release } from '../../support/answers';
import { script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

describe('Deploying Releases (seed 003)', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const says = (text: string) => script('say', `echo ${text}`);

  tells('“You can Deploy a Release as many times as you want to”', async () => {
    const shop = await slipway.project([says('hello')]);
    await shop.cut('1.0.0');
    const deployments = await shop.take('1.0.0', 'development', 'development', 'development', 'development');
    expect(new Set(deployments.map(({ id }) => id)).size).toBe(4);
  });

  tells(
    '“You can even deploy that specific release as it existed at the time the release was create, even if parts of the deployment process have changed (those changes will be included in future releases)”',
    async () => {
      const shop = await slipway.project([says('as it was')]);
      await shop.cut('1.0.0');
      await shop.changeProcess(says('as it is'));
      await shop.cut('2.0.0');
      const [old] = await shop.take('1.0.0', 'development');
      const [young] = await shop.take('2.0.0', 'development');
      expect([await client.log(old!), await client.log(young!)]).toEqual(['as it was\n', 'as it is\n']);
    },
  );

  tells('“… selecting Releases, you can see all the releases that have been created for the project”', async () => {
    const shop = await slipway.project([says('hello')]);
    for (const version of ['1.0.0', '1.1.0', '2.0.0-rc.1']) await shop.cut(version);
    const shown = async (query: Record<string, string>) =>
      (await client.all<Release>(`${shop.path}/releases`, query)).map(({ version }) => version);
    expect(await shown({})).toEqual(['2.0.0-rc.1', '1.1.0', '1.0.0']);
    expect(await shown({ limit: '1' })).toEqual(['2.0.0-rc.1', '1.1.0', '1.0.0']);
    expect(await shown({ text: 'rc' })).toEqual(['2.0.0-rc.1']);
  });

  tells(
    '“If the Lifecycle associated with the project is configured to deploy automatically to its first environment, the release will start to be deployed as soon as the release is created”',
    async () => {
      await client.does('POST', '/lifecycles', {
        slug: 'automatic',
        phases: [
          { name: 'Try', environments: [{ environment: 'development', automatic: true }] },
          { name: 'Live', environments: [{ environment: 'production' }] },
        ],
      });
      const shop = await slipway.project([says('by itself')], { lifecycle: 'automatic' });
      await shop.cut('1.0.0');
      const { items } = await client.sees<Page<Deployment>>('/deployments', { project: shop.slug });
      expect(items).toMatchObject([{ release: '1.0.0', environment: 'development' }]);
      await client.until(items[0]!, 'succeeded');
      expect(await client.log(items[0]!)).toBe('by itself\n');
    },
  );

  tells(
    '“If the release is not deployed automatically, you can click DEPLOY TO Environment where Environment is the first environment in the project’s lifecycle. Alternatively, you can click Deploy to... to select a specific environment to deploy to”',
    async () => {
      const shop = await slipway.project([says('hello')]);
      await shop.cut('1.0.0');
      expect((await client.all('/deployments', { project: shop.slug })).length).toBe(0);
      expect((await shop.progression('1.0.0')).next).toEqual(['development']);
      // A specific one has its conditions, and each of them is told.
      const refusal = await client.isRefused('POST', `${shop.releasePath('1.0.0')}/deployments`, { environment: 'production' });
      expect(refusal).toMatchObject({ status: 409, code: 'release.not-eligible' });
      const { phases } = await shop.progression('1.0.0');
      expect(phases[2]?.environments[0]).toMatchObject({ environment: 'production', allowed: false });
      expect(phases[2]?.environments[0]?.reasons).toEqual(refusal.facts?.['reasons']);
      expect(phases[2]?.environments[0]?.reasons).toMatchObject([
        { code: 'phase-incomplete', facts: { missing: ['development'] } },
        { code: 'phase-incomplete', facts: { missing: ['staging'] } },
      ]);
      await shop.take('1.0.0', (await shop.progression('1.0.0')).next[0]!);
      expect((await shop.progression('1.0.0')).next).toEqual(['staging']);
      await shop.take('1.0.0', 'staging', 'development', 'production');
      expect((await shop.progression('1.0.0')).next).toEqual([]);
    },
  );

  tells('“Expand the Excluded steps section and use the checkbox to select steps to excluded from the deployment”', async () => {
    const shop = await slipway.project([says('one'), script('mail', 'echo two'), script('check', 'echo three', { required: true })]);
    await shop.cut('1.0.0');
    const asked = await shop.deploy('1.0.0', 'development', { exclude: ['MAIL'] });
    const done = await client.until(asked, 'succeeded');
    expect(done).toMatchObject({
      excluded: ['mail'],
      steps: [{ state: 'succeeded' }, { state: 'excluded', attempts: [] }, { state: 'succeeded' }],
    });
    expect(await client.log(done)).toBe('one\nthree\n');

    const refusal = await client.isRefused('POST', `${shop.releasePath('1.0.0')}/deployments`, {
      environment: 'development',
      exclude: ['mail', 'check', 'chekc'],
    });
    expect(refusal).toMatchObject({ status: 400, code: 'deployment.exclude' });
    expect(refusal.errors).toEqual([
      { pointer: '/exclude/1', message: 'step check is required and may not be excluded' },
      { pointer: '/exclude/2', message: 'release 1.0.0 has no step chekc: it has say, mail, check' },
    ]);
    expect((await client.all('/deployments', { project: shop.slug })).length).toBe(1);
  });

  tells(
    '“Guide failure mode asks for users to intervene when a deployment encounters an error”: one of them takes it, repairs what failed, and lets it be tried again',
    async () => {
      const repaired = slipway.file('repaired');
      const shop = await slipway.project([script('check', `test -e '${repaired}' && echo fine`), says('afterwards')]);
      await shop.cut('1.0.0');
      const asked = await shop.deploy('1.0.0', 'development', { failureMode: 'guided' });
      await client.until(asked, 'awaiting-intervention');
      const [interruption] = await client.all<{ id: string }>('/interruptions', { deployment: asked.id, state: 'open' });
      const path = `/interruptions/${interruption?.id}`;
      await client.does('POST', `${path}/take`, undefined, { 'Slipway-Actor': 'ada' });
      expect(await client.isRefused('POST', `${path}/resolve`, { answer: 'ignore' })).toMatchObject({ code: 'interruption.taken' });
      writeFileSync(repaired, '');
      await client.does('POST', `${path}/resolve`, { answer: 'retry', notes: 'there now' }, { 'Slipway-Actor': 'ada' });
      const done = await client.until(asked, 'succeeded', 'failed');
      expect(done.steps).toMatchObject([
        { state: 'succeeded', attempts: [{ state: 'failed' }, { state: 'succeeded' }] },
        { state: 'succeeded' },
      ]);
      expect(await client.log(done)).toBe('fine\nafterwards\n');
    },
  );
});
