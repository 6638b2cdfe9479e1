import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { eventually, ManualClock, settle } from '@slipway/kernel/testing';
import { NodeOutboundHttp } from '@slipway/adapters/outbound-http/node/node-outbound-http';
import { EgressPolicy, type OutboundAnswer, type OutboundRequest } from '@slipway/kernel';
import { LocalServer } from '../../../test/support/local-server';
import { StepRun } from '../step-run.fixture';
import { HealthCheckInput } from './health-check-input';
import { HealthCheckStep } from './health-check-step';

/** The real one; it also tells whether a poll is under way. */
class Watched extends NodeOutboundHttp {
  underWay = 0;

  override async send(request: OutboundRequest): Promise<OutboundAnswer> {
    this.underWay += 1;
    try {
      return await super.send(request);
    } finally {
      this.underWay -= 1;
    }
  }
}

describe('the step type health-check', () => {
  let clock: ManualClock;
  let server: LocalServer;
  let outbound: Watched;
  let health: (poll: number) => number | 'silent' | 'gone';

  beforeEach(async () => {
    clock = new ManualClock();
    outbound = new Watched({ clock, policy: new EgressPolicy() });
    server = await LocalServer.start((response) => {
      const now = health(server.requests.length);
      if (now === 'gone') response.destroy();
      if (typeof now === 'number') response.writeHead(now).end('{}');
    });
  });
  afterEach(() => server.stop());

  const start = (input: Partial<HealthCheckInput> = {}) =>
    new StepRun(new HealthCheckStep(outbound), { url: server.url('/health'), ...input }, clock);

  /** Moves time on, poll by poll, until the step has ended; how long that took, in seconds. */
  async function ended(run: StepRun): Promise<number> {
    const begun = clock.now();
    let over = false;
    void run.result.then(() => (over = true));
    while (!over) {
      await settle();
      // A poll under way takes real time.
      if (!over && outbound.underWay === 0) await clock.advance(1_000);
    }
    return (clock.now() - begun) / 1_000;
  }

  it('succeeds with the first healthy poll, if it needs no longer time', async () => {
    health = () => 204;
    const run = start();
    expect(await run.result).toEqual({ kind: 'succeeded', outputs: {} });
    expect(run.lines).toEqual([`healthy for 0 s: GET ${server.url('/health')}: 204`]);
    expect(server.requests.length).toBe(1);
  });

  it('waits until it becomes healthy, and logs only what changes', async () => {
    health = (poll) => (poll < 4 ? 503 : poll < 6 ? 'gone' : 200);
    const run = start();
    expect(await ended(run)).toBe(25);
    expect(run.lines).toEqual([
      `not healthy: GET ${server.url('/health')}: 503`,
      expect.stringMatching(/closed the connection before its answer was whole$/) as string,
      `healthy for 0 s: GET ${server.url('/health')}: 200`,
    ]);
  });

  it('must be healthy for so long without a break: a failed poll starts the count anew', async () => {
    health = (poll) => (poll === 3 ? 500 : 200);
    const run = start({ healthyFor: 'PT12S' });
    // Healthy at 0 and 5, not at 10, healthy at 15, 20, 25 and 27.
    expect(await ended(run)).toBe(27);
    expect(server.requests.length).toBe(7);
    expect(run.lines.map((line) => line.replace(/: GET.*/, ''))).toEqual([
      'healthy for 0 s',
      'not healthy',
      'healthy for 0 s',
      'healthy for 12 s',
    ]);
  });

  it('also starts anew after a poll that nobody answered', async () => {
    health = (poll) => (poll === 2 ? 'gone' : 200);
    expect(await ended(start({ healthyFor: 'PT10S', interval: 'PT10S' }))).toBe(30);
  });

  it('is healthy with the statuses that it is told', async () => {
    health = (poll) => (poll < 3 ? 200 : 401);
    expect(await ended(start({ expectStatus: [401], interval: 'PT1M' }))).toBe(120);
  });

  it('writes no book while nothing changes: a line each 60 polls', async () => {
    health = (poll) => (poll <= 180 ? 503 : 200);
    const run = start({ interval: 'PT1S' });
    expect(await ended(run)).toBe(180);
    expect(run.lines.length).toBe(4);
  });

  it('never gets healthy, until it is told to end: then it ends at once', async () => {
    health = (poll) => (poll === 1 ? 503 : 'silent');
    const run = start();
    await eventually(() => run.text('slipway') !== '', 'the first poll');
    await clock.advance(5_000);
    await eventually(() => server.requests.length === 2, 'the second poll');
    run.end();
    expect(await run.result).toMatchObject({ kind: 'failed' });
    await eventually(() => server.open === 0, 'the end of the connection');
  });

  it('fails at once where the policy refuses', async () => {
    await expect(start({ url: 'http://169.254.169.254/' }).result).rejects.toMatchObject({ code: 'egress.refused' });
  });

  it('expands its url', () => {
    const type = new HealthCheckStep(outbound);
    expect(type.expandInput({ url: 'u', healthyFor: 'PT1S' }, (text, pointer) => `${pointer}<${text}>`)).toEqual({
      url: '/url<u>',
      healthyFor: 'PT1S',
    });
  });
});

describe('the input of a health check', () => {
  const faults = (input: object) =>
    validateSync(plainToInstance(HealthCheckInput, input), { whitelist: true, forbidNonWhitelisted: true }).flatMap((error) =>
      Object.values(error.constraints ?? {}),
    );

  it.each([
    { url: 'https://#{Host}/health' },
    { url: 'http://x', expectStatus: [200], healthyFor: 'PT0S', interval: 'PT1S' },
    { url: 'http://x', healthyFor: 'P1D' },
  ])('is accepted when it fits the shape (%#)', (input) => expect(faults(input)).toEqual([]));

  it.each([
    [{}, 'url must be a text: the http or https address to call'],
    [{ url: 'ftp://x' }, 'url must begin with http:// or https://, not with ftp:'],
    [{ url: 'http://x', healthyFor: 'P2D' }, 'healthyFor must be an ISO 8601 duration from PT0S to P1D, such as PT10S'],
    [{ url: 'http://x', interval: 'PT0S' }, 'interval must be an ISO 8601 duration from PT1S to PT1H, such as PT10S'],
    [{ url: 'http://x', method: 'HEAD' }, 'property method should not exist'],
  ])('is refused with a message that says what to change (%#)', (input, message) => {
    expect(faults(input)).toEqual([message]);
  });
});
