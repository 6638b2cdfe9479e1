import { exposition } from '../../../../test/support/exposition';
import { PrometheusMetrics } from './prometheus-metrics';

describe('metrics for Prometheus', () => {
  const metrics = new PrometheusMetrics({ version: '1.2.3', process: 'api' });
  const read = async () => exposition((await metrics.page()).body);

  it('are a page in its text format: every sample has its help and type, every name its unit', async () => {
    metrics.startCommand('CreateRelease')('accepted');
    metrics.startAttempt('script')('succeeded');
    metrics.relayed('relay-deployments', 0.2);
    const { contentType } = await metrics.page();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const { families, samples } = await read();
    expect(samples.filter(({ family }) => !families.has(family))).toEqual([]);
    const ours = [...families.keys()].filter((name) => name.startsWith('slipway_'));
    expect(ours.filter((name) => !/_(seconds|total|events|messages|info)$/.test(name))).toEqual([]);
    expect(samples.filter(({ name, value }) => name.startsWith('slipway_') && Number.isNaN(value))).toEqual([]);
  });

  it('count commands and attempts by how they ended', async () => {
    metrics.startCommand('PromoteRelease')('refused');
    metrics.startCommand('PromoteRelease')('refused');
    metrics.startAttempt('http')('timed-out');
    const { value } = await read();
    expect(value('slipway_command_duration_seconds_count', { command: 'PromoteRelease', outcome: 'refused' })).toBe(2);
    expect(value('slipway_attempts_total', { step_type: 'http', outcome: 'timed-out' })).toBe(1);
    expect(value('slipway_attempt_duration_seconds_count', { step_type: 'http' })).toBe(1);
    expect(value('slipway_build_info', { version: '1.2.3', process: 'api' })).toBe(1);
  });

  it('ask for lags each time: what is gone shows no more, and consumers of one group are one', async () => {
    metrics.watchSubscriptions(async () => [{ subscription: 'board@1', seconds: 1.5, events: 7, parked: 2 }]);
    metrics.watchConsumers(() => [
      { topic: 'slipway.logs', group: 'slipway-logs', messages: 3 },
      { topic: 'slipway.logs', group: 'slipway-logs', messages: 4 },
    ]);
    const [{ value }] = await Promise.all([read(), read()]);
    expect(value('slipway_subscription_lag_seconds', { subscription: 'board@1' })).toBe(1.5);
    expect(value('slipway_subscription_lag_events', { subscription: 'board@1' })).toBe(7);
    expect(value('slipway_subscription_parked_events', { subscription: 'board@1' })).toBe(2);
    expect(value('slipway_consumer_lag_messages', { topic: 'slipway.logs', group: 'slipway-logs' })).toBe(7);
    metrics.watchConsumers(() => []);
    expect((await read()).value('slipway_consumer_lag_messages', {})).toBeUndefined();
  });

  it('leave out what a store that is away cannot tell, and nothing else', async () => {
    metrics.watchSubscriptions(() => Promise.reject(new Error('away')));
    const { value } = await read();
    expect(value('slipway_subscription_lag_seconds', {})).toBeUndefined();
    expect(value('slipway_build_info', {})).toBe(1);
    expect(value('process_cpu_seconds_total', {})).toBeGreaterThan(0);
  });
});
