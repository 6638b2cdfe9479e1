import { Agent, request } from 'node:http';

export interface Ask {
  /** Sent as JSON, unless it is bytes or a text: those go as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Of an answer that goes on: what came so far will do, and the connection is given up. */
  readonly enough?: (text: string) => boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body, where it is JSON. */
  // What a body is worth is what a test finds out, as with JSON.parse.
  readonly json: ReturnType<typeof JSON.parse>;
}

/** Sends what it is told to, however malformed: paths go out as they are written, which fetch would mend. */
export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(readonly address: string) {}

  ask(method: string, path: string, { body, headers = {}, enough }: Ask = {}): Promise<HttpAnswer> {
    const { hostname, port } = new URL(this.address);
    const payload = typeof body === 'string' || body instanceof Uint8Array || body === undefined ? body : JSON.stringify(body);
    const typed = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) };
    return new Promise((resolve, reject) => {
      const sent = request({ agent: this.agent, hostname, port, method, path, headers: { ...typed, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        const answered = () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = /json/.test(String(response.headers['content-type'])) && !/ndjson/.test(String(response.headers['content-type']));
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: isJson && text ? JSON.parse(text) : undefined,
          });
        };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (!enough?.(Buffer.concat(chunks).toString('utf8'))) return;
          answered();
          response.destroy();
        });
        response.on('error', reject);
        response.on('end', answered);
      });
      sent.on('error', reject);
      // As bytes: with a text, Node would send the headers in UTF-8 too.
      sent.end(payload === undefined ? undefined : Buffer.from(payload));
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
