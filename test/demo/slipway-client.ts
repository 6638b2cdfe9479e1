import type { Problem } from '../support/answers';
import { StoryBroken } from './story';

/** Slipway over HTTP: what somebody does, and what can be read afterwards. */
export class SlipwayClient {
  /** The newest position that an answer spoke of; every query asks for at least that. */
  private position = 0n;

  constructor(private readonly address: string) {}

  /** Sends a command that must be accepted. */
  async does<T>(actor: string, route: string, body?: object): Promise<T> {
    const { status, answer } = await this.send(actor, route, body);
    if (status !== 201 && status !== 202) throw new StoryBroken(`${actor}: ${route} was answered ${status} ${JSON.stringify(answer)}`);
    return answer as T;
  }

  /** Sends a command that must be refused. */
  async isRefused(actor: string, route: string, body?: object): Promise<Problem> {
    const { status, answer } = await this.send(actor, route, body);
    if (status < 400 || status >= 500) throw new StoryBroken(`${actor}: ${route} was not refused: ${status} ${JSON.stringify(answer)}`);
    return answer as Problem;
  }

  /** What a query shows, with everything that this client did. */
  async sees<T>(path: string): Promise<T> {
    const url = new URL(`/api/v1${path}`, this.address);
    url.searchParams.set('atLeast', String(this.position));
    const { status, answer } = await this.ask(url, {});
    if (status !== 200) throw new StoryBroken(`GET ${path} was answered ${status} ${JSON.stringify(answer)}`);
    return answer as T;
  }

  private send(actor: string, route: string, body: object | undefined) {
    const [method = '', path = ''] = route.split(' ');
    const headers = { 'Slipway-Actor': actor, ...(body ? { 'Content-Type': 'application/json' } : {}) };
    return this.ask(new URL(`/api/v1${path}`, this.address), { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  }

  private async ask(url: URL, request: RequestInit): Promise<{ status: number; answer: unknown }> {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(10_000) });
    const position = BigInt(response.headers.get('Slipway-Position') ?? 0);
    if (position > this.position) this.position = position;
    return { status: response.status, answer: await response.json() };
  }
}
