import { LocalServer } from './local-server';

type Value = { readonly stringValue?: string; readonly intValue?: number };
type Attributes = readonly { readonly key: string; readonly value: Value }[];

/** A span as a collector gets it (OTLP, JSON). */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  /** 2: an error. */
  readonly status: number | undefined;
  readonly service: string;
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly { readonly spans: readonly Sent[] }[];
  }[];
}

type Sent = Omit<CollectedSpan, 'attributes' | 'status' | 'service'> & {
  readonly attributes: Attributes;
  readonly status: { readonly code?: number };
};

/** An OTLP collector over HTTP that keeps what it gets. */
export class Collector {
  /** What it answers. */
  status = 200;

  private server: LocalServer | undefined;

  static async start(): Promise<Collector> {
    const collector = new Collector();
    collector.server = await LocalServer.start((response) =>
      response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{}'),
    );
    return collector;
  }

  get endpoint(): string {
    return this.server?.url('') ?? '';
  }

  /** Bodies as they came. */
  get bodies(): readonly string[] {
    const requests = this.server?.requests ?? [];
    return requests.filter(({ url }) => url === '/v1/traces').map(({ body }) => body);
  }

  get spans(): CollectedSpan[] {
    return this.bodies.flatMap((body) =>
      (JSON.parse(body) as Export).resourceSpans.flatMap(({ resource, scopeSpans }) => {
        const service = String(told(resource.attributes)['service.name']);
        return scopeSpans.flatMap(({ spans }) =>
          spans.map(({ status, attributes, ...span }) => ({ ...span, service, attributes: told(attributes), status: status.code })),
        );
      }),
    );
  }

  async stop(): Promise<void> {
    await this.server?.stop();
  }
}

function told(attributes: Attributes): CollectedSpan['attributes'] {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
}
