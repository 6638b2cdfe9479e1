import type { AuditEvent, Page, Problem, Release } from '../../support/answers';
import { script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

describe('Release Management and Deployment (seed 001)', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const project = () => slipway.project([script('install', 'echo installed')]);
  const listed = async (path: string) => (await client.sees<Page<Release>>(path)).items;

  tells(
    '“When initiating a release within the development environment, it begins as a standalone release that has not yet been pushed to any other environment”',
    async () => {
      const shop = await project();
      expect(await shop.cut('1.0.0')).toMatchObject({ links: [], deletable: true, notDeletable: [] });
      await shop.take('1.0.0', 'development');
      expect(await shop.release('1.0.0')).toMatchObject({ links: [], deletable: true, notDeletable: [] });
      const [development, ...later] = (await shop.progression('1.0.0')).phases.flatMap((phase) => phase.environments);
      expect(development).toMatchObject({ environment: 'development', deployed: true, current: true });
      expect(later).toMatchObject([
        { environment: 'staging', deployed: false },
        { environment: 'production', deployed: false },
      ]);
    },
  );

  tells('“… where you can provide a title and a brief description for the release”', async () => {
    const shop = await project();
    const told = { title: 'Spring sale', notes: 'Everything **half price**, until Sunday. ☀' };
    expect(await shop.cut('1.0.0', told)).toMatchObject(told);
    expect(await shop.release('1.0.0')).toMatchObject(told);
    expect(await listed(`${shop.path}/releases`)).toMatchObject([{ version: '1.0.0', title: 'Spring sale' }]);
  });

  tells('“During this phase, you have the freedom to delete this release as needed”', async () => {
    const shop = await project();
    await shop.cut('1.0.0');
    await shop.cut('1.1.0');
    await shop.take('1.0.0', 'development');
    expect(await listed(`${shop.path}/releases`)).toMatchObject([{ deletable: true }, { deletable: true }]);

    expect((await client.does('DELETE', shop.releasePath('1.0.0'))).status).toBe(202);

    expect((await listed(`${shop.path}/releases`)).map(({ version }) => version)).toEqual(['1.1.0']);
    expect(await client.isRefused('POST', `${shop.releasePath('1.0.0')}/deployments`, { environment: 'development' })).toMatchObject({
      status: 404,
      code: 'release.not-found',
    });
    // Its version is not used again, and its history stays.
    expect(await client.isRefused('POST', `${shop.path}/releases`, { version: '1.0.0' })).toMatchObject({ status: 409 });
    const history = await client.all<AuditEvent>(`/audit/streams/release-${shop.slug}@1.0.0`);
    expect(history.map(({ type }) => type)).toEqual([
      'ReleaseCreated',
      'PhaseReached',
      'DeploymentScheduled',
      'DeploymentConcluded',
      'PhaseReached',
      'ReleaseDeleted',
    ]);
  });

  tells(
    '“A distinct behavior emerges when a release is deployed to the staging environment”: it “establishes a connection between the releases in the development and staging environments, linking the release in staging with the one in development”',
    async () => {
      const shop = await project();
      await shop.cut('1.0.0');
      await shop.take('1.0.0', 'development');
      const promotion = await shop.promote('1.0.0', 'staging');
      const link = { from: 'development', to: 'staging', deployment: promotion.id };
      // From the intention on, not only from the success.
      expect((await shop.release('1.0.0')).links).toMatchObject([link]);
      await client.until(promotion, 'succeeded');
      expect((await shop.release('1.0.0')).links).toMatchObject([link]);
      // Asking again is the same link and a new deployment.
      await shop.take('1.0.0', 'staging');
      expect((await shop.release('1.0.0')).links).toMatchObject([link]);
    },
  );

  tells('“This linkage is replicated when deploying to the production environment, ensuring a continuous deployment process”', async () => {
    const shop = await project();
    await shop.cut('1.0.0');
    const [, staging, production] = await shop.take('1.0.0', 'development', 'staging', 'production');
    expect((await shop.release('1.0.0')).links).toMatchObject([
      { from: 'development', to: 'staging', deployment: staging?.id },
      { from: 'staging', to: 'production', deployment: production?.id },
    ]);
  });

  tells(
    '“Once a release becomes connected or is deployed to a subsequent environment, such as the staging phase, deletion of the release is no longer an available option”: “the inability to remove it from either the development or staging environments”',
    async () => {
      const shop = await project();
      await shop.cut('1.0.0');
      await shop.take('1.0.0', 'development', 'staging');
      const codes = ['release-linked', 'release-current'];

      const refusal = await client.isRefused('DELETE', shop.releasePath('1.0.0'));
      expect(refusal).toMatchObject({ status: 409, code: 'release.not-deletable' });
      expect((refusal.facts?.['blockers'] as { code: string }[]).map(({ code }) => code)).toEqual(codes);
      expect(refusal.detail).toContain('connected from development to staging');
      expect(refusal.detail).toContain('what runs in staging');

      // The two icons: every release of a list says whether it can be deleted, and why not.
      await shop.cut('1.1.0');
      const [next, first] = await listed(`${shop.path}/releases`);
      expect(next).toMatchObject({ version: '1.1.0', deletable: true });
      expect(first).toMatchObject({ version: '1.0.0', deletable: false });
      expect(first?.notDeletable.map(({ code }) => code)).toEqual(codes);
      expect(first?.notDeletable.every(({ events }) => events.length > 0)).toBe(true);

      // Another release in Staging takes the second reason away, and not the first.
      await shop.take('1.1.0', 'development', 'staging');
      expect((await shop.release('1.0.0')).notDeletable.map(({ code }) => code)).toEqual(['release-linked']);
      expect(await client.isRefused('DELETE', shop.releasePath('1.0.0'))).toMatchObject({ code: 'release.not-deletable' });
    },
  );

  tells('a connection whose deployments all ended without having started is undone, and the release can be deleted again', async () => {
    const shop = await project();
    await shop.cut('1.0.0');
    await shop.take('1.0.0', 'development');
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const promotion = await shop.promote('1.0.0', 'staging', { at });
    expect((await shop.release('1.0.0')).notDeletable.map(({ code }) => code)).toEqual(['release-linked', 'deployment-unfinished']);
    await client.does('POST', `/deployments/${promotion.id}/cancel`);
    await client.until(promotion, 'cancelled');
    expect(await shop.release('1.0.0')).toMatchObject({ links: [], deletable: true });
    await client.does('DELETE', shop.releasePath('1.0.0'));
  });

  tells(
    '“… a deliberate design choice made to ensure that releases are not accidentally removed”: of a promotion and a deletion at once, one wins and the other learns why',
    async () => {
      const shop = await project();
      await shop.cut('1.0.0');
      await shop.take('1.0.0', 'development');
      const [promotion, deletion] = await Promise.all([
        client.send<Problem>('POST', `${shop.releasePath('1.0.0')}/promotions`, { to: 'staging' }),
        client.send<Problem>('DELETE', shop.releasePath('1.0.0')),
      ]);
      const promoted = promotion.status === 201;
      expect([promotion.status, deletion.status]).toEqual(promoted ? [201, 409] : [404, 202]);
      expect((promoted ? deletion : promotion).body.code).toBe(promoted ? 'release.not-deletable' : 'release.not-found');
      const release = await shop.release('1.0.0');
      expect([release.state, release.links.length]).toEqual(promoted ? ['active', 1] : ['deleted', 0]);
    },
  );
});
