import { isDomainError, isInfrastructureError } from '../errors';
import type { Span, SpanKind, SpanOptions, Tracing } from '../ports/tracing';

export interface RememberedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  /** As it was given: what it hangs below. */
  readonly below: string | undefined;
  readonly traceparent: string;
  readonly attributes: Record<string, string | number>;
  /** `open` until it ended; then `ended`, or the code of its error. */
  state: string;
}

/** Traces kept in memory. Their trace contexts are numbered: `00-…1-…1-01`. */
export class RememberingTracing implements Tracing {
  readonly spans: RememberedSpan[] = [];

  begin(name: string, { kind, traceparent: below, attributes = {} }: SpanOptions): Span {
    const number = String(this.spans.length + 1);
    const trace = below?.split('-')[1] ?? number.padStart(32, '0');
    const traceparent = `00-${trace}-${number.padStart(16, '0')}-01`;
    const span: RememberedSpan = { name, kind, below, traceparent, attributes: { ...attributes }, state: 'open' };
    this.spans.push(span);
    return {
      traceparent,
      set: (attribute, value) => void (span.attributes[attribute] = value),
      end: (error) => {
        const code = isDomainError(error) || isInfrastructureError(error) ? error.code : String(error);
        span.state = error === undefined ? 'ended' : code;
      },
    };
  }

  async close(): Promise<void> {}
}
