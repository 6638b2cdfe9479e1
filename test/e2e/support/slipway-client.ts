import type { Deployment, LogChunk, Page, Problem } from '../../support/answers';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly etag: string | null;
  readonly position: string | null;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const PATIENCE_MS = 25_000;

/** Slipway over HTTP. `address` is asked for at every request, since a restarted process listens elsewhere. */
export class SlipwayClient {
  /** The newest position that an answer spoke of: every query asks for at least that, and so shows all that this client did. */
  private position = 0n;

  constructor(private readonly address: () => string) {}

  /** Any request, whatever the answer. */
  async send<T>(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const response = await fetch(new URL(`/api/v1${path}`, this.address()), {
      method,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const position = response.headers.get('Slipway-Position');
    if (position !== null && BigInt(position) > this.position) this.position = BigInt(position);
    return { status: response.status, body: (await response.json()) as T, etag: response.headers.get('ETag'), position };
  }

  /** A command that must be accepted. */
  async does<T>(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>> {
    const answer = await this.send<T>(method, path, body, headers);
    if (answer.status !== 201 && answer.status !== 202) throw unexpected(`${method} ${path}`, 'accepted', answer);
    if (answer.position === null || answer.etag === null) throw unexpected(`${method} ${path}`, 'given a position and a version', answer);
    return answer;
  }

  /** A request that must be refused, for a reason that the caller can do something about. */
  async isRefused(method: Method, path: string, body?: unknown): Promise<Problem> {
    const answer = await this.send<Problem>(method, path, body);
    if (answer.status < 400 || answer.status >= 500) throw unexpected(`${method} ${path}`, 'refused', answer);
    return answer.body;
  }

  /** What a query shows, everything included that this client did. */
  async sees<T>(path: string, query: Record<string, string> = {}): Promise<T> {
    const answer = await this.send<T>('GET', `${path}?${new URLSearchParams({ ...query, atLeast: String(this.position) }).toString()}`);
    if (answer.status !== 200) throw unexpected(`GET ${path}`, 'answered', answer);
    return answer.body;
  }

  /** Waits, from event to event, until what a query shows is as wanted. Rejects with what was seen last. */
  async seesOnce<T>(path: string, isSo: (seen: T) => boolean): Promise<T> {
    const end = performance.now() + PATIENCE_MS;
    for (let from = this.position; ;) {
      const answer = await this.send<T>('GET', `${path}?atLeast=${from}`);
      // 503: nothing at all happened for 5 s.
      if (answer.status === 200 && isSo(answer.body)) return answer.body;
      if (answer.status !== 200 && answer.status !== 503) throw unexpected(`GET ${path}`, 'answered', answer);
      if (performance.now() > end) throw unexpected(`GET ${path}`, `as wanted within ${PATIENCE_MS / 1_000} s`, answer);
      from = (answer.position === null ? from - 1n : BigInt(answer.position)) + 1n;
    }
  }

  /** Waits until a deployment is in one of some states. */
  until(deployment: Pick<Deployment, 'id'>, ...states: readonly string[]): Promise<Deployment> {
    return this.seesOnce<Deployment>(`/deployments/${deployment.id}`, ({ state }) => states.includes(state));
  }

  /** Waits until a step of a deployment is in a state. */
  untilStep(deployment: Pick<Deployment, 'id'>, name: string, state: string): Promise<Deployment> {
    const isSo = ({ steps }: Deployment) => steps.some((step) => step.name === name && step.state === state);
    return this.seesOnce<Deployment>(`/deployments/${deployment.id}`, isSo);
  }

  /** Every item of a list, page by page. */
  async all<T>(path: string, query: Record<string, string> = {}): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: Page<T> = await this.sees<Page<T>>(path, { ...query, ...(cursor === '' ? {} : { cursor }) });
      items.push(...page.items);
      cursor = page.next;
    }
    return items;
  }

  /** What a deployment printed, as one text: of one source, or of all of them. */
  async log(deployment: Pick<Deployment, 'id'>, source?: LogChunk['source']): Promise<string> {
    const chunks = await this.all<LogChunk>(`/deployments/${deployment.id}/log`, { limit: '200' });
    return chunks
      .filter((chunk) => source === undefined || chunk.source === source)
      .map(({ text }) => text)
      .join('');
  }
}

function unexpected(request: string, wanted: string, { status, body }: Answer<unknown>): Error {
  return new Error(`${request} was not ${wanted}: ${status} ${JSON.stringify(body, null, 1)}`);
}
