/** server: asked from outside · internal: the system asked itself · client: a store is asked · producer, consumer: of messages. */
export type SpanKind = 'server' | 'internal' | 'client' | 'producer' | 'consumer';

export interface SpanOptions {
  readonly kind: SpanKind;
  /** W3C trace context of what it hangs below; absent: a trace of its own. */
  readonly traceparent?: string | undefined;
  /** Ids and our own words, never what a user wrote: traces leave the house. */
  readonly attributes?: Readonly<Record<string, string | number>>;
}

/** A piece of work under way. */
export interface Span {
  /** What hangs below it names this as its parent. Undefined where nothing is traced, and nobody gave a trace context. */
  readonly traceparent: string | undefined;
  set(attribute: string, value: string | number): void;
  /** Of an error only its code is told. */
  end(error?: unknown): void;
}

/** Tells a collector which piece of work led to which other one, across processes. Never fails: whoever is traced must not notice. */
export interface Tracing {
  begin(name: string, options: SpanOptions): Span;
  /** Resolves when what has ended was sent, or could not be sent within some seconds. */
  close(): Promise<void>;
}

/** Where nobody collects traces: a trace context that was given travels on unchanged. */
export const silentTracing: Tracing = {
  begin: (_name, { traceparent }) => ({ traceparent, set: () => undefined, end: () => undefined }),
  close: async () => undefined,
};
