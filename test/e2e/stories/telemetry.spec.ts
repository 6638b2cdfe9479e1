import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from '../../support/answers';
import { type CollectedSpan, Collector } from '../../support/collector';
import { exposition } from '../../support/exposition';
import { LocalServer } from '../../support/local-server';
import { SlipwayCluster } from '../../support/processes/slipway-cluster';
import { eventually } from '../support/eventually';
import { type Project, script } from '../support/project';
import { Slipway, slipwayOfStories, story } from '../support/with-slipway';

const GIVEN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string };
const [, TRACE, CALLER] = GIVEN.split('-');

function isKnown(spans: readonly CollectedSpan[], id = ''): boolean {
  return id === '' || id === CALLER || spans.some(({ spanId }) => spanId === id);
}

/** Whatever must never be told, in all the forms that it may take on the way. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

describe('what Slipway tells of its work', () => {
  const key = randomBytes(32).toString('hex');
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const printed = `printed ${randomBytes(12).toString('hex')}`;
  let collector: Collector;
  let receiver: LocalServer;
  let slipway: Slipway;
  let shop: Project;
  const tells = story(() => slipway.process);

  beforeAll(async () => {
    collector = await Collector.start();
    receiver = await LocalServer.start((response) => response.writeHead(500).end(secret));
    const settings = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'debug',
      SSE_CLIENTS: '1',
      SLIPWAY_SECRET_KEY: key,
    };
    slipway = new Slipway(slipwayOfStories(settings));
    await slipway.start();
    await slipway.client.does('POST', '/webhooks', { slug: 'broken', url: receiver.url('/'), secret });
    shop = await slipway.project([script('Copy', 'true'), script('Tell', `echo '${printed}'`)]);
    await shop.cut('1.0.0');
  });
  afterAll(async () => {
    await slipway.dispose();
    await receiver.stop();
    await collector.stop();
  });

  const programs = () => (slipway.process instanceof SlipwayCluster ? slipway.process.members : [slipway.process]);
  const pages = () => Promise.all(programs().map(async ({ address }) => (await fetch(`${address}/metrics`)).text()));
  const figure = async (name: string, labels = {}) =>
    (await pages()).reduce((sum, page) => sum + (exposition(page).value(name, labels) ?? 0), 0);
  const deployed = async (headers: Record<string, string>) => {
    const { body } = await slipway.client.does<Deployment>(
      'POST',
      `${shop.releasePath('1.0.0')}/deployments`,
      { environment: 'development' },
      headers,
    );
    return slipway.client.until(body, 'succeeded');
  };
  const spansOf = (trace: string) => collector.spans.filter(({ traceId }) => traceId === trace);
  /** To its last span, with all that lead to it: processes send theirs each in its own time. */
  const concluded = (trace: string) =>
    eventually(
      `the whole trace ${trace} came`,
      () => spansOf(trace),
      (spans) => spans.some(({ name }) => name === 'ConcludeDeployment') && spans.every(({ parentSpanId }) => isKnown(spans, parentSpanId)),
    );

  tells('one trace leads from the command of a caller to the last word about its deployment, each piece below what led to it', async () => {
    await deployed({ traceparent: GIVEN });
    await concluded(TRACE!);
    const spans = spansOf(TRACE!);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const below = ({ parentSpanId = '' }: CollectedSpan) =>
      parentSpanId === CALLER ? 'the caller' : (byId.get(parentSpanId)?.name ?? 'nobody');
    const links = [...new Set(spans.map((span) => `${span.name} < ${below(span)}`))].sort();
    expect(links.filter((link) => !link.startsWith('append <'))).toEqual([
      'ClaimAttempt < publish StepDispatched',
      'ConcludeDeployment < ReportAttempt',
      'EnterLane < OpenDeployment',
      'LeaveLane < ReportAttempt',
      'OpenDeployment < ScheduleDeployment',
      'ReportAttempt < run attempt',
      'ScheduleDeployment < the caller',
      'StartDeployment < EnterLane',
      'publish StepDispatched < ReportAttempt',
      'publish StepDispatched < StartDeployment',
      'run attempt < publish StepDispatched',
    ]);
    expect(links.filter((link) => link.startsWith('append <'))).toHaveLength(8);
    expect(spans.filter(({ status }) => status === 2)).toEqual([]);
    const services = ['ScheduleDeployment', 'StartDeployment', 'run attempt'].map(
      (name) => spans.find((span) => span.name === name)!.service,
    );
    const apart = ['slipway-api', 'slipway-processor', 'slipway-worker'];
    expect(services).toEqual(slipway.process instanceof SlipwayCluster ? apart : apart.map(() => 'slipway-standalone'));
  });

  tells('a deployment whose caller gives no trace, or nonsense, has one of its own, kept with its events', async () => {
    const traces = new Set<string>();
    for (const headers of [{}, { traceparent: GIVEN.replace(/^00/, 'ff') }] as Record<string, string>[]) {
      const { id } = await deployed(headers);
      const ours = (await slipway.exported()).filter(({ stream }) => stream === `deployment-${id}`);
      const own = [...new Set(ours.map(({ traceparent = '' }) => traceparent.split('-')[1]!))];
      expect(own).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
      traces.add(own[0]!);
      await concluded(own[0]!);
    }
    expect(traces.size).toBe(2);
    expect(traces).not.toContain(TRACE);
  });

  tells('figures show commands, appends, messages, lanes and attempts, and that nobody is behind', async () => {
    const before = await figure('slipway_command_duration_seconds_count', { command: 'ScheduleDeployment', outcome: 'accepted' });
    await deployed({});
    await slipway.client.isRefused('POST', `${shop.releasePath('1.0.0')}/deployments`, { environment: 'nowhere' });
    const commands = (outcome: string) => figure('slipway_command_duration_seconds_count', { command: 'ScheduleDeployment', outcome });
    expect([await commands('accepted'), await commands('refused'), await commands('failed')]).toEqual([before + 1, 1, 0]);
    expect(await figure('slipway_attempts_total', { step_type: 'script', outcome: 'succeeded' })).toBe(2 * (before + 1));
    expect(await figure('slipway_attempt_duration_seconds_count', { step_type: 'script' })).toBe(2 * (before + 1));
    expect(await figure('slipway_lane_wait_seconds_count')).toBe(before + 1);
    expect(await figure('slipway_relay_delay_seconds_count', { relay: 'relay-deployments' })).toBe(2 * (before + 1));
    expect(await figure('slipway_relay_delay_seconds_sum', { relay: 'relay-deployments' })).toBeLessThan(20);
    for (const name of ['append', 'bus_publish']) expect(await figure(`slipway_${name}_duration_seconds_count`)).toBeGreaterThan(10);
    const progress = () => figure('slipway_consumer_lag_messages', { topic: 'slipway.progress' });
    await eventually('all progress was handled', progress, (messages) => messages === 0);
    const lags = async () =>
      (await pages()).flatMap((page) => exposition(page).samples).filter(({ name }) => name.startsWith('slipway_subscription_lag_'));
    await eventually('all subscriptions had caught up', lags, (seen) => seen.length > 20 && seen.every(({ value }) => value === 0));
    expect(await figure('slipway_build_info', { version })).toBe(programs().length);
    expect(await figure('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  tells('figures name nothing that users made: no ids, no projects', async () => {
    const { id } = await deployed({});
    for (const page of await pages())
      for (const word of [id, shop.slug, 'development', '1.0.0']) expect(page.replaceAll(version, '')).not.toContain(word);
  });

  tells('the log is one JSON object a line, and says to which request a line belongs', async () => {
    const follow = new AbortController();
    const events = new URL('/api/v1/events', slipway.process.address);
    await fetch(events, { signal: follow.signal });
    const second = await fetch(events, { headers: { 'X-Correlation-Id': 'the-second', traceparent: GIVEN } });
    follow.abort();
    expect(second.status).toBe(503);
    const lines = slipway.process.output.split('\n').filter((line) => line !== '' && !line.startsWith('--- '));
    const said = lines.map((line) => JSON.parse(line) as Record<string, string>);
    const names = said.filter(({ time, level, process, message }) => !time || !level || !process || !message);
    expect(names).toEqual([]);
    expect(said.find(({ message }) => message?.startsWith('GET /api/v1/events'))).toMatchObject({
      level: 'warn',
      correlationId: 'the-second',
      traceId: TRACE,
    });
  });

  tells('nothing that it tells holds a secret, or what steps print', async () => {
    await eventually(
      'a webhook was sent',
      () => receiver.requests.length,
      (count) => count > 0,
    );
    const told = [slipway.process.output, ...collector.bodies, ...(await pages())];
    const hidden = [key, secret, secret.slice('whsec_'.length), printed].flatMap(formsOf);
    const decoded = Buffer.from(secret.slice('whsec_'.length), 'base64');
    for (const form of [...hidden, decoded.toString('hex'), decoded.toString('latin1')])
      expect(told.filter((text) => text.includes(form))).toEqual([]);
  });

  tells('a collector that is away is no hindrance, and is told of once', async () => {
    collector.status = 400;
    for (let round = 0; round < 2; round += 1) {
      const { length } = collector.bodies;
      await deployed({});
      await eventually(
        'an export failed',
        () => collector.bodies.length,
        (count) => count > length,
      );
    }
    const said = () => slipway.process.output.split('\n').filter((line) => line.includes('traces cannot be sent'));
    await eventually(
      'each program says so',
      () => said().length,
      (count) => count >= programs().length,
    );
    expect(said()).toHaveLength(programs().length);
    expect(said().filter((line) => line.includes('correlationId'))).toEqual([]);
  });
});
