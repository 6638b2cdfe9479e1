import type * as otel from '@opentelemetry/api';
import type { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import {
  isDomainError,
  isInfrastructureError,
  type Log,
  type Random,
  type Span,
  type SpanKind,
  type SpanOptions,
  type Tracing,
  within,
} from '@slipway/kernel';
import { ToldExporter } from './told-exporter';

export interface OpenTelemetryOptions {
  /** Where an OTLP collector listens over HTTP: traces go to `<endpoint>/v1/traces`. */
  readonly endpoint: string;
  /** service.name and service.version. */
  readonly service: string;
  readonly version: string;
  readonly random: Random;
  readonly log: Log;
}

/** The collector gets what there is so often, and may take so long to answer. */
const EVERY_MS = 1_000;
const PATIENCE_MS = 5_000;

/**
 * Sends spans to a collector by OpenTelemetry, in batches and beside the work. Its variables (OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS …) count; a caller
 * who does not sample his trace is followed. What the collector does not take in time is dropped.
 */
export class OpenTelemetryTracing implements Tracing {
  private readonly tracer: otel.Tracer;

  private constructor(
    private readonly api: typeof otel,
    private readonly provider: BasicTracerProvider,
  ) {
    this.tracer = provider.getTracer('slipway');
  }

  /** The libraries are loaded here: whoever does not trace does not pay for them. */
  static async open({ endpoint, service, version, random, log }: OpenTelemetryOptions): Promise<OpenTelemetryTracing> {
    const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
    const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    const exporter = new ToldExporter(new OTLPTraceExporter({ url, timeoutMillis: PATIENCE_MS }), url, log);
    const hex = (bytes: number) => () => Buffer.from(random.bytes(bytes)).toString('hex');
    const provider = new sdk.BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': service, 'service.version': version }),
      idGenerator: { generateTraceId: hex(16), generateSpanId: hex(8) },
      spanProcessors: [new sdk.BatchSpanProcessor(exporter, { scheduledDelayMillis: EVERY_MS, exportTimeoutMillis: 2 * PATIENCE_MS })],
    });
    return new OpenTelemetryTracing(api, provider);
  }

  begin(name: string, { kind, traceparent, attributes = {} }: SpanOptions): Span {
    const span = this.tracer.startSpan(name, { kind: this.kindOf(kind), attributes }, this.below(traceparent));
    return {
      traceparent: traceparentOf(span),
      set: (attribute, value) => void span.setAttribute(attribute, value),
      end: (error) => {
        if (error !== undefined) this.tell(span, error);
        // What is sent later, with other spans, is no part of this work.
        within({}, () => span.end());
      },
    };
  }

  async close(): Promise<void> {
    // What could not be sent was told.
    await this.provider.shutdown().catch(() => undefined);
  }

  private below(traceparent: string | undefined): otel.Context {
    const { ROOT_CONTEXT, trace } = this.api;
    const [, traceId, spanId, flags] = traceparent?.split('-') ?? [];
    if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
    return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true });
  }

  /** A refusal is an answer, and no failure. */
  private tell(span: otel.Span, error: unknown): void {
    const coded = isDomainError(error) || isInfrastructureError(error);
    span.setAttribute('error.type', coded ? error.code : error instanceof Error ? error.name : typeof error);
    if (!isDomainError(error)) span.setStatus({ code: this.api.SpanStatusCode.ERROR });
  }

  private kindOf(kind: SpanKind): number {
    const { SpanKind: kinds } = this.api;
    return { server: kinds.SERVER, internal: kinds.INTERNAL, client: kinds.CLIENT, producer: kinds.PRODUCER, consumer: kinds.CONSUMER }[
      kind
    ];
  }
}

function traceparentOf(span: otel.Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
