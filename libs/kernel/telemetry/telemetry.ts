import { type Metrics, silentMetrics } from '../ports/metrics';
import { silentTracing, type Span, type SpanOptions, type Tracing } from '../ports/tracing';
import { within, workAtHand, type WorkAtHand } from './work-at-hand';

/** What a process tells of its own work: figures and traces. */
export class Telemetry {
  constructor(
    readonly metrics: Metrics,
    readonly tracing: Tracing,
  ) {}

  /** Does a piece of work in a span below the work at hand; where none is, below the given `traceparent`. */
  async span<T>(name: string, options: SpanOptions & WorkAtHand, run: (span: Span) => Promise<T>): Promise<T> {
    const at = workAtHand();
    const { correlationId = at.correlationId, traceparent, ...rest } = options;
    const span = this.tracing.begin(name, { ...rest, traceparent: at.traceparent ?? traceparent });
    try {
      const result = await within({ correlationId, traceparent: span.traceparent }, () => run(span));
      span.end();
      return result;
    } catch (error) {
      span.end(error);
      throw error;
    }
  }
}

/** For tests and tools that tell nothing. */
export const silentTelemetry = new Telemetry(silentMetrics, silentTracing);
