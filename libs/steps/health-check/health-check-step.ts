import { durationMs, type OutboundHttp, type StepResult, type StepRunContext, type StepType } from '@slipway/kernel';
import { call } from '../outbound/call';
import { GIVEN_UP, type Look, poll } from '../outbound/polling';
import { intervalMs } from '../outbound/request-rules';
import { HealthCheckInput } from './health-check-input';

/** Polls an address until it has been healthy for a while; one that never is ends at the step's time limit. */
export class HealthCheckStep implements StepType {
  readonly name = 'health-check';
  readonly inputClass = HealthCheckInput;

  constructor(private readonly outbound: OutboundHttp) {}

  readonly expandInput = (input: object, expand: (text: string, pointer: string) => string): object => ({
    ...input,
    url: expand((input as HealthCheckInput).url, '/url'),
  });

  readonly run = async (context: StepRunContext): Promise<StepResult> => {
    const { url, expectStatus, healthyFor, interval } = context.input as HealthCheckInput;
    const { clock, signal } = context;
    const [everyMs, neededMs] = [intervalMs(interval), durationMs(healthyFor ?? 'PT0S') ?? 0];
    let healthySince: number | undefined;
    const look = async (): Promise<Look<true>> => {
      const since = healthySince;
      // Until this poll is over nothing is known: a failed one starts the count anew.
      healthySince = undefined;
      const { answer, expected, lines } = await call(this.outbound, { method: 'GET', url, headers: {}, expectStatus, signal });
      const way = lines.join(' → ');
      if (!expected) return { state: `not healthy: ${answer.status}`, words: `not healthy: ${way}` };
      healthySince = since ?? clock.now();
      const healthyMs = clock.now() - healthySince;
      const seen = { state: 'healthy', words: `healthy for ${Math.floor(healthyMs / 1_000)} s: ${way}` };
      return healthyMs >= neededMs ? { ...seen, found: true } : { ...seen, afterMs: Math.min(everyMs, neededMs - healthyMs) };
    };
    return (await poll(context, everyMs, look)) ? { kind: 'succeeded', outputs: {} } : GIVEN_UP;
  };
}
