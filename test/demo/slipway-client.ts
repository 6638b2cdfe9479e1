import { type Problem, Slipway } from '../../generated/client';
import { createClient } from '../../generated/client/client';
import { StoryBroken } from './story';

const PATIENCE_MS = 10_000;

/** What the generated client returns: the answer's body, or what was told instead. */
interface Told<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly response: Response;
}

/** Slipway over HTTP as people use it, all through the client that is generated from its OpenAPI document. */
export class SlipwayUsers {
  /** The newest position that an answer spoke of; every query asks for at least that. */
  private newest = 0n;

  constructor(private readonly address: string) {}

  /** Of the log: everything up to here was seen by somebody. */
  get position(): string {
    return String(this.newest);
  }

  /** The generated client of one of them: signs commands with a name; queries reflect whatever was answered to anybody here. */
  named(actor: string): Slipway {
    const client = createClient({
      baseUrl: this.address,
      headers: { 'Slipway-Actor': actor },
      fetch: (request) => fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) }),
    });
    client.interceptors.request.use((request) => this.reflecting(request));
    client.interceptors.response.use((response) => this.noted(response));
    return new Slipway({ client });
  }

  private reflecting(request: Request): Request {
    const url = new URL(request.url);
    if (request.method !== 'GET' || !url.pathname.startsWith('/api/')) return request;
    url.searchParams.set('atLeast', this.position);
    return new Request(url, request);
  }

  private noted(response: Response): Response {
    const position = BigInt(response.headers.get('Slipway-Position') ?? 0);
    if (position > this.newest) this.newest = position;
    return response;
  }
}

/** The answer to what must succeed. Throws StoryBroken with what was told instead. */
export async function done<T>(asked: Promise<Told<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (data === undefined) throw new StoryBroken(`This should have succeeded: ${told(response, error)}`);
  return data;
}

/** The problem that a command must be refused with. Throws StoryBroken when it was not refused. */
export async function refused(asked: Promise<Told<unknown>>): Promise<Problem> {
  const { data, error, response } = await asked;
  if (data !== undefined || response.status >= 500)
    throw new StoryBroken(`This should have been refused: ${told(response, error ?? data)}`);
  return error as Problem;
}

/** Where nobody answers there is no response. */
function told(response: Response | undefined, body: unknown): string {
  return response ? `${response.url} was answered ${response.status} ${JSON.stringify(body)}` : String(body);
}
