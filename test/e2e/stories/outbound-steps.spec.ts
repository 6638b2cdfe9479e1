import type { Deployment } from '../../support/answers';
import { serversOfEachTest } from '../../support/local-server';
import { eventually } from '../support/eventually';
import { script, type Step } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

describe('Steps that call other systems', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  const server = serversOfEachTest();

  const http = (name: string, input: object, options: object = {}): Step => ({ name, type: 'http', input, ...options });
  const healthCheck = (name: string, input: object, options: object = {}): Step => ({ name, type: 'health-check', input, ...options });

  async function deploy(...steps: readonly Step[]): Promise<Deployment> {
    const shop = await slipway.project(steps);
    await shop.changeVariables({ name: 'Version', value: '1.0.0' }, { name: 'Token', value: 'Bearer t' });
    await shop.cut('1.0.0');
    return shop.deploy('1.0.0', 'development');
  }

  tells('ask for a job with expanded texts, poll until it is done, and wait until the service is healthy', async () => {
    let asked = 0;
    const service = await server((response, { url }) => {
      if (url === '/jobs') response.writeHead(202).end('{"id":7}');
      else if (url === '/jobs/1.0.0') response.end(JSON.stringify({ state: (asked += 1) < 2 ? 'running' : 'done' }));
      else response.writeHead(service.requests.length < 5 ? 503 : 200).end('ok');
    });
    const start = { method: 'POST', url: service.url('/jobs'), headers: { authorization: '#{Token}' }, body: { version: '#{Version}' } };
    const until = { pointer: '/state', equals: 'done' };
    const done = await client.until(
      await deploy(
        http('start', { ...start, expectStatus: [202] }),
        http('wait', { url: `${service.url('/jobs/')}#{Version}`, until, interval: 'PT1S' }),
        healthCheck('healthy', { url: service.url('/health'), interval: 'PT1S' }),
      ),
      'succeeded',
      'failed',
    );
    expect(done).toMatchObject({
      state: 'succeeded',
      steps: [
        { type: 'http', outputs: { Status: '202', Body: '{"id":7}' } },
        { type: 'http', outputs: { Status: '200', Body: '{"state":"done"}' } },
        { type: 'health-check', state: 'succeeded', outputs: {} },
      ],
    });
    expect(service.requests[0]).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer t' }, body: '{"version":"1.0.0"}' });
    const log = await client.log(done, 'slipway');
    expect(log).toMatch(/POST http:\S+\/jobs: 202 in \d+ ms\n/);
    expect(log).toMatch(/\/state is "running"\n.*\/state is "done"\n/);
    expect(log).toMatch(/not healthy: .* 503 in \d+ ms\nhealthy for 0 s: .* 200 in \d+ ms\n/);
    expect(log).not.toContain('Bearer');
    expect(await client.log(done, 'stdout')).toBe('{"id":7}\n{"state":"done"}\n');
  });

  tells('a status that is not expected fails the deployment, with the request and the status as reason', async () => {
    const service = await server((response) => response.writeHead(409).end('busy'));
    const failed = await client.until(await deploy(http('call', { url: service.url() }), script('after', 'echo never')), 'failed');
    expect(failed).toMatchObject({
      reason: {
        code: 'step.failed',
        message: expect.stringMatching(/GET http:\S+: 409 in \d+ ms, where the step expects any 2xx/) as string,
      },
      steps: [{ state: 'failed', outputs: { Status: '409', Body: 'busy' } }, { state: 'skipped' }],
    });
  });

  tells('the metadata of a cloud is not called, neither directly nor by a redirect', async () => {
    const service = await server((response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end());
    for (const url of ['http://169.254.169.254/', service.url()]) {
      const failed = await client.until(await deploy(http('call', { url })), 'failed');
      expect(failed.reason?.message).toContain('169.254.169.254 may not be called: it is a link-local address');
    }
  });

  tells('a health check that never gets healthy ends at its time limit, and what it had open with it', async () => {
    const service = await server(() => undefined);
    const failed = await client.until(await deploy(healthCheck('healthy', { url: service.url() }, { timeout: 'PT1S' })), 'failed');
    expect(failed).toMatchObject({ reason: { code: 'step.timed-out' }, steps: [{ state: 'timed-out' }] });
    await eventually(
      'its connection is closed',
      () => service.open,
      (open) => open === 0,
    );
  });

  tells('a cancel in the middle of a poll ends it at once, and the rest is skipped', async () => {
    const service = await server((response) => response.end('{"state":"running"}'));
    const until = { pointer: '/state', equals: 'done' };
    const running = await deploy(http('wait', { url: service.url(), until, interval: 'PT1H' }), script('after', 'echo never'));
    await eventually(
      'the first poll',
      () => service.requests.length,
      (count) => count === 1,
    );
    await client.does('POST', `/deployments/${running.id}/cancel`, { reason: 'not today' });
    const cancelled = await client.until(running, 'cancelled');
    expect(cancelled).toMatchObject({
      steps: [{ state: 'failed', attempts: [{ error: { code: 'step.cancelled' } }] }, { state: 'skipped' }],
    });
    expect(service.requests.length).toBe(1);
  });

  tells('what cannot be called is refused when the process is saved, with pointers', async () => {
    const shop = await slipway.project([script('say', 'echo')]);
    const steps = [
      http('one', { url: 'https://me:s3cret@shop.test/', expectStatus: [] }),
      healthCheck('two', { url: 'ftp://shop.test/' }),
      http('three', { url: 'https://#{Host', method: 'POST', body: { text: '#{Name' } }),
    ];
    const refused = await client.isRefused('PUT', `${shop.path}/process`, { steps });
    expect(refused.code).toBe('process.invalid');
    expect(refused.errors?.map(({ pointer }) => pointer)).toEqual([
      '/steps/0/input/url',
      '/steps/0/input/expectStatus',
      '/steps/1/input/url',
      '/steps/2/input/url',
    ]);
    const text = JSON.stringify(refused);
    expect(text).not.toContain('s3cret');
  });
});
