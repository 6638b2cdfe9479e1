import type { Deployment } from '../../support/answers';
import { type Project, script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

describe('Variables in a deployment', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const printed = async (shop: Project, ...environments: readonly string[]): Promise<string[]> => {
    await shop.cut('1.0.0');
    const done = await shop.take('1.0.0', ...environments);
    return Promise.all(done.map((deployment) => client.log(deployment, 'stdout')));
  };

  tells('a value scoped to an environment wins there, and one scoped to a step or a role wins over it', async () => {
    const say = 'echo "$SLIPWAY_STEP: $SLIPWAY_VAR_DATABASE_URL"';
    const shop = await slipway.project([script('migrate', say), script('serve', say), script('report', say, { roles: ['reader'] })]);
    await shop.changeVariables(
      { name: 'Database.Url', value: 'any' },
      { name: 'Database.Url', value: 'of-staging', scope: { environments: ['staging'] } },
      { name: 'Database.Url', value: 'of-migrate', scope: { steps: ['migrate'] } },
      { name: 'Database.Url', value: 'of-readers', scope: { roles: ['reader', 'auditor'], environments: ['development', 'staging'] } },
    );
    expect(await printed(shop, 'development', 'staging', 'production')).toEqual([
      'migrate: of-migrate\nserve: any\nreport: of-readers\n',
      'migrate: of-migrate\nserve: of-staging\nreport: of-readers\n',
      'migrate: of-migrate\nserve: any\nreport: any\n',
    ]);
  });

  tells('#{Name} is expanded in values and in a step’s `env`, however deep, and never in the script; ##{ stays #{', async () => {
    const steps = [
      script('say', 'echo "$GREETING"; echo "$SLIPWAY_VAR_ESCAPED"; echo "#{Who} ##{Who}"', {
        env: { GREETING: '#{Greeting} from #{ENVIRONMENT name}' },
      }),
    ];
    const shop = await slipway.project(steps);
    await shop.changeVariables(
      { name: 'Greeting', value: 'Hello, #{Who}!' },
      { name: 'Who', value: '#{First} #{Last}' },
      { name: 'First', value: 'Ada' },
      { name: 'Last', value: 'Lovelace; $(touch /tmp/never) `id`' },
      { name: 'Environment name', value: 'Dev', scope: { environments: ['development'] } },
      { name: 'Escaped', value: 'write ##{Who} for #{Who}' },
    );
    const name = 'Ada Lovelace; $(touch /tmp/never) `id`';
    expect(await printed(shop, 'development')).toEqual([`Hello, ${name}! from Dev\nwrite #{Who} for ${name}\n#{Who} ##{Who}\n`]);
  });

  tells('a missing variable becomes empty text, and the log says so', async () => {
    const shop = await slipway.project([script('say', 'echo "[$GREETING]"', { env: { GREETING: 'Hello #{Nobody}' } })]);
    await shop.cut('1.0.0');
    const [done] = await shop.take('1.0.0', 'development');
    expect(await client.log(done!, 'stdout')).toBe('[Hello ]\n');
    expect(await client.log(done!, 'slipway')).toContain('Nobody');
  });

  tells('a value that exists, but not for this environment, is missing there', async () => {
    const shop = await slipway.project([script('say', 'echo "[${SLIPWAY_VAR_PORT-unset}]"')]);
    await shop.changeVariables({ name: 'Port', value: '8080', scope: { environments: ['staging'] } });
    expect(await printed(shop, 'development', 'staging')).toEqual(['[unset]\n', '[8080]\n']);
  });

  tells('every step learns what it is part of', async () => {
    const all = 'echo $SLIPWAY_PROJECT $SLIPWAY_RELEASE $SLIPWAY_ENVIRONMENT $SLIPWAY_DEPLOYMENT $SLIPWAY_STEP $SLIPWAY_ATTEMPT';
    const shop = await slipway.project([script('tell me', all)]);
    await shop.cut('1.0.0-rc.1');
    const [done] = await shop.take('1.0.0-rc.1', 'development');
    expect(await client.log(done!)).toBe(`${shop.slug} 1.0.0-rc.1 development ${done?.id} tell me 1\n`);
  });

  tells('a value too big for any process fails its step with the reason, and nothing else', async () => {
    const shop = await slipway.project([script('say', 'echo hello')]);
    await shop.changeVariables({ name: 'Big', value: 'x'.repeat(140_000) });
    await shop.cut('1.0.0');
    const failed = await client.until(await shop.deploy('1.0.0', 'development'), 'failed', 'succeeded');
    expect(failed).toMatchObject({
      state: 'failed',
      steps: [{ attempts: [{ error: { message: expect.stringContaining('SLIPWAY_VAR_BIG') as string } }] }],
    });
    await shop.changeVariables({ name: 'Big', value: 'small' });
    await shop.updateVariables('1.0.0');
    expect((await shop.take('1.0.0', 'development')).map(({ state }: Deployment) => state)).toEqual(['succeeded']);
  });
});
