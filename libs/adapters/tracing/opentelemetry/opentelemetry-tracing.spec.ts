import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { DomainError, InfrastructureError, silentLog, traceparentIn, type Log } from '@slipway/kernel';
import { eventually } from '@slipway/kernel/testing';
import { RememberingLog } from '@slipway/kernel/testing/subscription-fixture';
import { Collector } from '../../../../test/support/collector';
import { OpenTelemetryTracing } from './opentelemetry-tracing';

const GIVEN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('traces by OpenTelemetry', () => {
  let collector: Collector;
  let tracing: OpenTelemetryTracing;

  beforeEach(async () => {
    collector = await Collector.start();
    tracing = await open();
  });
  afterEach(async () => {
    await tracing.close();
    await collector.stop();
  });

  const open = (log: Log = silentLog) =>
    OpenTelemetryTracing.open({
      endpoint: `${collector.endpoint}/`,
      service: 'slipway-test',
      version: '1',
      random: new SystemRandom(),
      log,
    });

  it('hang below the trace context that was given, and are named by the one that they give', async () => {
    const outer = tracing.begin('outer', { kind: 'server', traceparent: GIVEN, attributes: { 'slipway.attempt': 2 } });
    const inner = tracing.begin('inner', { kind: 'client', traceparent: outer.traceparent });
    inner.set('slipway.outcome', 'succeeded');
    inner.end();
    outer.end();
    await tracing.close();
    const [, traceId, spanId] = GIVEN.split('-');
    const [, , outerId] = outer.traceparent!.split('-');
    expect(collector.spans.sort((a, b) => b.name.localeCompare(a.name))).toMatchObject([
      {
        name: 'outer',
        traceId,
        spanId: outerId,
        parentSpanId: spanId,
        kind: 2,
        attributes: { 'slipway.attempt': 2 },
        service: 'slipway-test',
      },
      { name: 'inner', traceId, parentSpanId: outerId, kind: 3, attributes: { 'slipway.outcome': 'succeeded' } },
    ]);
  });

  it('begin where none was given, in a trace of their own', async () => {
    const [one, other] = [tracing.begin('one', { kind: 'internal' }), tracing.begin('other', { kind: 'internal' })];
    expect([one, other].map(({ traceparent }) => traceparentIn(traceparent))).toEqual([one.traceparent, other.traceparent]);
    expect(one.traceparent!.split('-')[1]).not.toBe(other.traceparent!.split('-')[1]);
  });

  it('are not sent where the caller does not sample his', async () => {
    const span = tracing.begin('unsampled', { kind: 'server', traceparent: GIVEN.replace(/01$/, '00') });
    span.end();
    await tracing.close();
    expect(span.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    expect(collector.bodies).toEqual([]);
  });

  it('tell of an error its code alone; a refusal is none', async () => {
    tracing.begin('refused', { kind: 'server' }).end(new DomainError('conflict', 'release.blocked', 'hidden words'));
    tracing.begin('failed', { kind: 'server' }).end(new InfrastructureError('event-store.unavailable', 'hidden words', true));
    tracing.begin('broken', { kind: 'server' }).end(new TypeError('hidden words'));
    await tracing.close();
    const told = collector.spans.map(({ name, attributes, status }) => [name, attributes['error.type'], status]);
    expect(told).toEqual([
      ['refused', 'release.blocked', 0],
      ['failed', 'event-store.unavailable', 2],
      ['broken', 'TypeError', 2],
    ]);
    expect(collector.bodies.join()).not.toContain('hidden');
  });

  it('are dropped while the collector is away, which is said once, as is its return', async () => {
    const log = new RememberingLog();
    await tracing.close();
    tracing = await open(log);
    collector.status = 400;
    const send = async (name: string) => {
      const before = collector.bodies.length;
      tracing.begin(name, { kind: 'internal' }).end();
      await eventually(() => collector.bodies.length > before, `the span ${name}`);
    };
    for (const name of ['a', 'b']) await send(name);
    collector.status = 200;
    for (const name of ['c', 'd']) await send(name);
    await tracing.close();
    expect(log.said.map(({ level, message }) => [level, message.replace(/http\S+(?<!:)/, '<url>')])).toEqual([
      ['warn', 'traces cannot be sent to <url>: they are dropped until it answers'],
      ['info', 'traces are sent to <url> again'],
    ]);
  });
});
