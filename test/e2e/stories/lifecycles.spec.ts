import type { Deployment } from '../../support/answers';
import { type Project, script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

describe('Lifecycles', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const of = (...environments: readonly string[]) => environments.map((environment) => ({ environment }));
  const automatically = (...environments: readonly string[]) => environments.map((environment) => ({ environment, automatic: true }));
  const projectOn = async (lifecycle: string, phases: readonly object[], run = 'echo hello'): Promise<Project> => {
    await client.does('POST', '/lifecycles', { slug: lifecycle, phases });
    const shop = await slipway.project([script('say', run)], { lifecycle });
    await shop.cut('1.0.0');
    return shop;
  };
  const deployments = (shop: Project) => client.all<Deployment>('/deployments', { project: shop.slug });
  const open = async (shop: Project) =>
    (await shop.progression('1.0.0')).phases
      .flatMap(({ environments }) => environments.filter((one) => one.allowed))
      .map((one) => one.environment);

  tells(
    'a redeploy to Development never closes Staging, not even one that fails: “deployed” is history, not the latest state',
    async () => {
      const shop = await slipway.project([script('maybe', '[ "$SLIPWAY_VAR_BROKEN" != yes ]')]);
      await shop.cut('1.0.0');
      await shop.take('1.0.0', 'development', 'development');
      expect(await open(shop)).toEqual(['development', 'staging']);
      await shop.changeVariables({ name: 'Broken', value: 'yes' });
      await shop.updateVariables('1.0.0');
      await client.until(await shop.deploy('1.0.0', 'development'), 'failed');
      expect(await open(shop)).toEqual(['development', 'staging']);
      expect((await shop.progression('1.0.0')).phases[0]).toMatchObject({
        complete: true,
        environments: [{ deployed: true, current: true }],
      });
      // Another release in Development takes nothing away either.
      await shop.changeVariables();
      await shop.cut('1.1.0');
      await shop.take('1.1.0', 'development');
      expect((await shop.progression('1.0.0')).phases[0]).toMatchObject({
        complete: true,
        environments: [{ deployed: true, current: false }],
      });
      await shop.updateVariables('1.0.0');
      expect((await client.until(await shop.promote('1.0.0', 'staging'), 'succeeded', 'failed')).state).toBe('succeeded');
    },
  );

  tells('automatic environments follow each other by themselves, once, and what is manual waits', async () => {
    const shop = await projectOn('all-by-itself', [
      { name: 'Try', environments: automatically('development') },
      { name: 'Check', environments: automatically('staging') },
      { name: 'Live', environments: of('production') },
    ]);
    const isThere = ({ items }: { items: readonly Deployment[] }) =>
      items.filter(({ project, state }) => project === shop.slug && state === 'succeeded').length === 2;
    await client.seesOnce('/deployments', isThere);
    expect((await deployments(shop)).map(({ environment }) => environment)).toEqual(['staging', 'development']);
    expect((await shop.release('1.0.0')).links).toMatchObject([{ from: 'development', to: 'staging' }]);
    // Succeeding again does not start them again.
    await shop.take('1.0.0', 'development', 'production');
    expect((await deployments(shop)).length).toBe(4);
  });

  tells('an automatic deployment that fails stops the way, until somebody deploys again', async () => {
    const phases = [
      { name: 'Try', environments: automatically('development') },
      { name: 'Check', environments: automatically('staging') },
    ];
    const shop = await projectOn('stops', phases, '[ "$SLIPWAY_VAR_FINE" = yes ]');
    const [first] = await deployments(shop);
    await client.until(first!, 'failed');
    expect(await open(shop)).toEqual(['development']);
    await shop.changeVariables({ name: 'Fine', value: 'yes' });
    await shop.updateVariables('1.0.0');
    await shop.take('1.0.0', 'development');
    const staging = (await deployments(shop)).find(({ environment }) => environment === 'staging');
    await client.until(staging!, 'succeeded');
  });

  tells('a phase of two with `minimum` 1 is complete with either of them; without it, with both', async () => {
    const either = await projectOn('either', [
      { name: 'Try', environments: of('development', 'staging'), minimum: 1 },
      { name: 'Live', environments: of('production') },
    ]);
    expect(await open(either)).toEqual(['development', 'staging']);
    await either.take('1.0.0', 'staging', 'production');

    const both = await projectOn('both', [
      { name: 'Try', environments: of('development', 'staging') },
      { name: 'Live', environments: of('production') },
    ]);
    await both.take('1.0.0', 'staging');
    expect(await client.isRefused('POST', `${both.releasePath('1.0.0')}/promotions`, { to: 'production' })).toMatchObject({
      code: 'release.not-eligible',
      facts: { reasons: [{ code: 'phase-incomplete', facts: { phase: 'Try', missing: ['development'], needed: 2, done: 1 } }] },
    });
    await both.take('1.0.0', 'development', 'production');
    expect((await both.release('1.0.0')).links).toMatchObject([{ from: 'development', to: 'production' }]);
  });

  tells('an optional phase lets later ones open without it, and its automatic environments are never queued', async () => {
    const shop = await projectOn('optional', [
      { name: 'Try', environments: of('development') },
      { name: 'Look', environments: automatically('staging'), optional: true },
      { name: 'Live', environments: of('production') },
    ]);
    await shop.take('1.0.0', 'development');
    expect(await open(shop)).toEqual(['development', 'staging', 'production']);
    await shop.take('1.0.0', 'production');
    expect((await deployments(shop)).map(({ environment }) => environment)).toEqual(['production', 'development']);
    expect((await shop.release('1.0.0')).links).toMatchObject([{ from: 'development', to: 'production' }]);
  });

  tells('a lifecycle that changes later does not reach existing releases', async () => {
    const shop = await projectOn('changing', [{ name: 'Try', environments: of('development') }]);
    await client.does('PATCH', '/lifecycles/changing', { phases: [{ name: 'Try', environments: of('staging') }] });
    await shop.cut('1.1.0');
    expect((await shop.progression('1.0.0')).next).toEqual(['development']);
    expect((await shop.progression('1.1.0')).next).toEqual(['staging']);
  });
});
