import { type Metrics, silentMetrics } from '../ports/metrics';
import { silentTracing, type Span, type SpanOptions, type Tracing } from '../ports/tracing';
import { within, workAtHand, type WorkAtHand } from './work-at-hand';

export interface TelemetryOptions {
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /**
   * Whether to know at every line of code which work it belongs to: for traces, and for correlation ids in the log. It makes promises dearer (15 % of the
   * commands per second on Node 20), so it is left out where nobody would see it.
   */
  readonly follows: boolean;
}

/** What a process tells of its own work: figures, traces, and to which work a line of its log belongs. */
export class Telemetry {
  constructor(private readonly options: TelemetryOptions) {}

  get metrics(): Metrics {
    return this.options.metrics;
  }

  /** Runs `run` as part of a piece of work that began elsewhere: an event's, a message's, a request's. */
  within<T>(work: WorkAtHand, run: () => T): T {
    return this.options.follows ? within(work, run) : run();
  }

  /** Does a piece of work in a span below the work at hand; where none is, below the given `traceparent`. */
  async span<T>(name: string, options: SpanOptions & WorkAtHand, run: (span: Span) => Promise<T>): Promise<T> {
    const at = workAtHand();
    const { correlationId = at.correlationId, traceparent, ...rest } = options;
    const span = this.begin(name, { ...rest, traceparent: at.traceparent ?? traceparent });
    try {
      const result = await this.within({ correlationId, traceparent: span.traceparent }, () => run(span));
      span.end();
      return result;
    } catch (error) {
      span.end(error);
      throw error;
    }
  }

  /** A span whose end does not come with the end of a function. */
  begin(name: string, options: SpanOptions): Span {
    return this.options.tracing.begin(name, options);
  }

  /** See Tracing.close. */
  close(): Promise<void> {
    return this.options.tracing.close();
  }
}

/** For tests and tools that tell nothing. */
export const silentTelemetry = new Telemetry({ metrics: silentMetrics, tracing: silentTracing, follows: false });
