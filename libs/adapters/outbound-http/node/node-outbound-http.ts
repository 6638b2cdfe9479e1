import { lookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { promisify } from 'node:util';
import {
  type Clock,
  DomainError,
  type EgressPolicy,
  InfrastructureError,
  isDomainError,
  type OutboundAnswer,
  OutboundHttp,
  type OutboundRequest,
} from '@slipway/kernel';
import { failureWords } from './failure-words';

/** The addresses of a host name; an address is its own. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

// Where a host has several addresses, Node gives each 250 ms to connect by default: too little across an ocean.
const agentOptions = { keepAlive: false, autoSelectFamilyAttemptTimeout: 5_000 };
const http = { request: requestHttp, agent: new HttpAgent(agentOptions) };
const https = { request: requestHttps, agent: new HttpsAgent(agentOptions) };

const systemLookup = promisify(lookup);
const bySystem: Resolve = (host) => systemLookup(host, { all: true });

export interface NodeOutboundHttpOptions {
  readonly clock: Clock;
  readonly policy: EgressPolicy;
  /** Default: as the system resolves names. */
  readonly resolve?: Resolve;
}

/**
 * With Node's own client. Names are resolved once, here, and the connection goes to the addresses that passed: a name that points elsewhere a moment later
 * (DNS rebinding) leads nowhere. Every exchange has a connection of its own, which ends with it.
 */
export class NodeOutboundHttp extends OutboundHttp {
  constructor(private readonly options: NodeOutboundHttpOptions) {
    super();
  }

  async send(request: OutboundRequest): Promise<OutboundAnswer> {
    const { clock } = this.options;
    const begun = clock.now();
    const over = new AbortController();
    const end = () => over.abort();
    const cancelLimit = clock.after(request.timeoutMs, end);
    request.signal.addEventListener('abort', end, { once: true });
    if (request.signal.aborted) end();
    try {
      const addresses = await unlessAborted(this.addressesOf(request.url), over.signal);
      const response = await begin(request, addresses, over.signal);
      const { body, cut } = await read(response, request);
      return { status: response.statusCode ?? 0, headers: headersOf(response), body, cut, ms: clock.now() - begun };
    } catch (error) {
      if (isDomainError(error)) throw error;
      throw new InfrastructureError('outbound.failed', why(error, request, over.signal), true);
    } finally {
      cancelLimit();
      request.signal.removeEventListener('abort', end);
      end();
    }
  }

  private async addressesOf(url: URL): Promise<LookupAddress[]> {
    const { policy, resolve = bySystem } = this.options;
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const found = (await resolve(host)).map((one) => ({ ...one, refusal: policy.refusal(host, one.address) }));
    const passed = found.filter((one) => one.refusal === undefined);
    const [first] = found;
    if (passed.length === 0 && first) {
      throw new DomainError('forbidden', 'egress.refused', first.refusal ?? '', { host, address: first.address });
    }
    return passed.map(({ address, family }) => ({ address, family }));
  }
}

/** Sends it; resolves with the answer's head. */
function begin(
  { method, url, headers, body }: OutboundRequest,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const client = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sent = client.request(url, {
      method,
      headers: { 'user-agent': 'slipway', ...headers },
      agent: client.agent,
      signal,
      lookup: (_host, { all }, answer) => {
        const [first = { address: '', family: 0 }] = addresses;
        if (all) answer(null, [...addresses]);
        else answer(null, first.address, first.family);
      },
    });
    // It stays: what breaks during the body is told by the body, and here once more.
    sent.on('error', reject).once('response', resolve);
    sent.end(body);
  });
}

async function read(
  response: IncomingMessage,
  { maxBodyBytes: most, headDecides }: OutboundRequest,
): Promise<{ body: Buffer; cut: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let broken = false;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > most) break;
    }
  } catch (error) {
    if (!headDecides) throw error;
    broken = true;
  }
  return { body: Buffer.concat(chunks).subarray(0, most), cut: broken || bytes > most };
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));
}

function why(error: unknown, { url, timeoutMs, signal }: OutboundRequest, over: AbortSignal): string {
  if (signal.aborted) return `the exchange with ${url.host} was given up`;
  if (over.aborted) return `${url.host} did not answer whole within ${timeoutMs / 1_000} s`;
  return failureWords(error, url.host);
}

/** A lookup cannot be called off, only left alone. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('aborted'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject);
  });
}
