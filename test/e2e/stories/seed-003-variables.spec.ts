import { script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

describe('Variable Snapshot (seed 003)', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const greets = script('greet', 'echo "$SLIPWAY_VAR_GREETING"; test -n "$SLIPWAY_VAR_GREETING"');

  tells('“… by clicking SHOW SNAPSHOT. This lets you see the variables as they existed when the release was created”', async () => {
    const shop = await slipway.project([greets]);
    const values = [
      { name: 'Greeting', value: 'Hello' },
      { name: 'Greeting', value: 'Hello, dear customer', scope: { environments: ['production'] } },
    ];
    await shop.changeVariables(...values);
    await shop.cut('1.0.0');
    await shop.changeVariables({ name: 'Greeting', value: 'Hi' }, { name: 'Young', value: 'yes' });
    expect(await shop.snapshot('1.0.0')).toMatchObject({ snapshot: 1, variables: values });
    expect((await shop.snapshot('1.0.0')).variables.length).toBe(2);
  });

  tells('“The release has not been deployed yet, but the variables have changed since the release was created”', async () => {
    const shop = await slipway.project([greets]);
    await shop.changeVariables({ name: 'Greeting', value: 'Hello' });
    await shop.cut('1.0.0');
    await shop.changeVariables({ name: 'Greeting', value: 'Hi' });
    await shop.updateVariables('1.0.0');
    const [deployment] = await shop.take('1.0.0', 'development');
    expect(deployment?.variablesSnapshot).toBe(2);
    expect(await client.log(deployment!)).toBe('Hi\n');
  });

  tells('“The release needs to be redeployed and the variables have changed since the release was created”', async () => {
    const shop = await slipway.project([greets]);
    await shop.changeVariables({ name: 'Greeting', value: 'Hello' });
    const { process } = await shop.cut('1.0.0');
    const [before] = await shop.take('1.0.0', 'development');
    await shop.changeVariables({ name: 'Greeting', value: 'Hi' });
    // Without the update the release is deployed as it was …
    const [unchanged] = await shop.take('1.0.0', 'development');
    const updated = await shop.updateVariables('1.0.0');
    const [after] = await shop.take('1.0.0', 'development');
    expect(await Promise.all([before!, unchanged!, after!].map((one) => client.log(one)))).toEqual(['Hello\n', 'Hello\n', 'Hi\n']);
    // … and each deployment says which variables it ran with.
    expect([before, unchanged, after].map((one) => one?.variablesSnapshot)).toEqual([1, 1, 2]);
    expect(updated.process.hash).toBe(process.hash);
  });

  tells('a deployment that is already scheduled keeps the variables that it was scheduled with', async () => {
    const gate = slipway.gate('scheduled');
    const shop = await slipway.project([script('greet', `${gate.wait}; echo "$SLIPWAY_VAR_GREETING"`)]);
    await shop.changeVariables({ name: 'Greeting', value: 'Hello' });
    await shop.cut('1.0.0');
    const running = await shop.deploy('1.0.0', 'development');
    const queued = await shop.deploy('1.0.0', 'development');
    await shop.changeVariables({ name: 'Greeting', value: 'Hi' });
    await shop.updateVariables('1.0.0');
    gate.open();
    await client.until(running, 'succeeded');
    expect((await client.until(queued, 'succeeded')).variablesSnapshot).toBe(1);
    expect(await client.log(queued)).toBe('Hello\n');
  });

  tells(
    '“The release failed to deploy due to a problem with the variables and you need to update the variables and redeploy the release”',
    async () => {
      const shop = await slipway.project([greets]);
      await shop.cut('1.0.0');
      const failed = await client.until(await shop.deploy('1.0.0', 'development'), 'failed');
      expect(failed).toMatchObject({
        reason: { code: 'step.failed' },
        steps: [{ state: 'failed', attempts: [{ exitCode: 1, error: { message: 'the script ended with exit code 1' } }] }],
      });
      expect(await client.isRefused('POST', `${shop.releasePath('1.0.0')}/promotions`, { to: 'staging' })).toMatchObject({
        code: 'release.not-eligible',
      });

      await shop.changeVariables({ name: 'Greeting', value: 'Hello again' });
      expect((await shop.updateVariables('1.0.0')).variables.snapshot).toBe(2);

      const [repaired, promoted] = await shop.take('1.0.0', 'development', 'staging');
      expect(await client.log(repaired!)).toBe('Hello again\n');
      expect(promoted?.variablesSnapshot).toBe(2);
      expect((await client.until(failed, 'failed')).variablesSnapshot).toBe(1);
    },
  );
});
