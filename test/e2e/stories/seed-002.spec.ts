import { script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

describe('Releases (seed 002)', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const says = (text: string) => script('say', `echo ${text}`);

  tells('“An individual release can be deployed numerous times to different environments”', async () => {
    const shop = await slipway.project([script('say', 'echo "$SLIPWAY_RELEASE in $SLIPWAY_ENVIRONMENT"')]);
    await shop.cut('1.0.0');
    const deployments = await shop.take('1.0.0', 'development', 'development', 'staging', 'development', 'production', 'staging');
    expect(new Set(deployments.map(({ id }) => id)).size).toBe(6);
    for (const deployment of deployments) expect(await client.log(deployment)).toBe(`1.0.0 in ${deployment.environment}\n`);
    expect((await client.all('/deployments', { project: shop.slug, release: '1.0.0', state: 'succeeded' })).length).toBe(6);
  });

  tells(
    '“When you create a new release, Octopus takes a snapshot (i.e. a complete copy) of your project’s deployment process, variables” …: “This enables you to modify your deployment process for newer versions of your app without affecting the reliability of your existing releases”',
    async () => {
      const shop = await slipway.project([script('say', 'echo "old process, $SLIPWAY_VAR_COLOUR"')]);
      await shop.changeVariables({ name: 'Colour', value: 'red' });
      const old = await shop.cut('1.0.0');
      await shop.changeProcess(script('shout', 'echo "NEW PROCESS, $SLIPWAY_VAR_COLOUR"'), says('done'));
      await shop.changeVariables({ name: 'Colour', value: 'blue' });
      const young = await shop.cut('1.1.0');

      const [first] = await shop.take('1.0.0', 'development');
      const [second] = await shop.take('1.1.0', 'development');
      expect(await client.log(first!)).toBe('old process, red\n');
      expect(await client.log(second!)).toBe('NEW PROCESS, blue\ndone\n');
      expect(await shop.release('1.0.0')).toMatchObject({ contentHash: old.contentHash, process: old.process, variables: old.variables });
      expect(young.contentHash).not.toBe(old.contentHash);
    },
  );

  tells('“If you modify your deployment process and try to redeploy it, you’ll find the latest changes aren’t included”', async () => {
    const shop = await slipway.project([says('before')]);
    const { process } = await shop.cut('1.0.0');
    const [first] = await shop.take('1.0.0', 'development');
    await shop.changeProcess(says('after'));
    const [again] = await shop.take('1.0.0', 'development');
    expect([await client.log(first!), await client.log(again!)]).toEqual(['before\n', 'before\n']);
    expect((await shop.release('1.0.0')).process).toEqual(process);
  });

  tells('“That said, you can modify the variables of a release, but be aware, you cannot reverse this operation”', async () => {
    const shop = await slipway.project([script('say', 'echo "$SLIPWAY_VAR_COLOUR"')]);
    await shop.changeVariables({ name: 'Colour', value: 'red' });
    const created = await shop.cut('1.0.0');
    await shop.take('1.0.0', 'development');

    await shop.changeVariables({ name: 'Colour', value: 'blue' });
    const updated = await shop.updateVariables('1.0.0');
    expect(updated.variables.snapshot).toBe(2);
    expect(updated.variables.hash).not.toBe(created.variables.hash);
    expect(updated.process.hash).toBe(created.process.hash);

    // There is no way back …
    for (const [method, path] of [
      ['DELETE', 'variables'],
      ['PUT', 'variables'],
      ['DELETE', 'variables/update'],
      ['POST', 'variables/undo'],
    ] as const)
      expect([404, 405]).toContain((await client.isRefused(method, `${shop.releasePath('1.0.0')}/${path}`)).status);
    // … the old values can only be taken again, as the next snapshot …
    await shop.changeVariables({ name: 'Colour', value: 'red' });
    expect((await shop.updateVariables('1.0.0')).variables).toMatchObject({ snapshot: 3, hash: created.variables.hash });
    // … and what was before stays readable.
    const values = await Promise.all([1, 2, 3].map((number) => shop.snapshot('1.0.0', number)));
    expect(values.map(({ variables }) => variables[0]?.value)).toEqual(['red', 'blue', 'red']);
    expect(values[0]?.snapshots.map(({ snapshot }) => snapshot)).toEqual([1, 2, 3]);
    expect(await client.isRefused('GET', `${shop.releasePath('1.0.0')}/variables?snapshot=4`)).toMatchObject({ status: 404 });
  });

  tells('updating variables that did not change takes no snapshot', async () => {
    const shop = await slipway.project([says('hello')]);
    await shop.cut('1.0.0');
    expect((await shop.updateVariables('1.0.0')).variables.snapshot).toBe(1);
  });
});
