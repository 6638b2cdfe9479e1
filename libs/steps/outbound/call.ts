import { DomainError, InfrastructureError, type OutboundAnswer, type OutboundHttp } from '@slipway/kernel';
import { faultOfUrl } from './request-rules';

/** From a request to the last byte of its answer. What takes a service longer is polled for. */
const REQUEST_MS = 30_000;
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
/** Of the headers of a step, those that another origin may see: any other may be a token. */
const HARMLESS = ['accept', 'accept-language', 'content-type'];

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Statuses to be content with; none named: any 2xx. A redirect that is expected is not followed. */
  readonly expectStatus: readonly number[] | undefined;
  readonly signal: AbortSignal;
}

export interface Called {
  readonly answer: OutboundAnswer;
  /** Whether the status is one of those expected. */
  readonly expected: boolean;
  /** For the log: each request of the way with what came of it. */
  readonly lines: readonly string[];
}

interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * One request, with its redirects. Errors: those of OutboundHttp; DomainError `url.invalid` for an address that is none once expanded; InfrastructureError
 * `redirect.refused` (retryable) for a way that is not followed.
 */
export async function call(outbound: OutboundHttp, { expectStatus, signal, ...first }: Call): Promise<Called> {
  const lines: string[] = [];
  let hop: Hop = { ...first, url: calledUrl(first.url) };
  for (let redirects = 0; ; redirects += 1) {
    const answer = await outbound.send({ ...hop, signal, timeoutMs: REQUEST_MS, maxBodyBytes: MAX_BODY_BYTES });
    const cut = answer.cut ? `; only the first ${MAX_BODY_BYTES} bytes of the answer were read` : '';
    lines.push(`${hop.method} ${hop.url.href}: ${answer.status} in ${answer.ms} ms${cut}`);
    const expected = expectStatus ? expectStatus.includes(answer.status) : answer.status >= 200 && answer.status < 300;
    const { location } = answer.headers;
    if (expected || location === undefined || !REDIRECTS.includes(answer.status)) return { answer, expected, lines };
    if (redirects === MAX_REDIRECTS) throw refused(`${first.method} ${first.url} was redirected more than ${MAX_REDIRECTS} times`);
    hop = next(hop, location, answer.status);
  }
}

function next({ url, method, headers, body }: Hop, location: string, status: number): Hop {
  const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  const fault = target ? faultOfUrl(target.href) : 'is no address';
  if (!target || fault) throw refused(`${url.host} redirects to an address that ${fault}`);
  if (url.protocol === 'https:' && target.protocol === 'http:')
    throw refused(`${url.host} redirects from https to http, to ${target.host}: that is not followed`);
  const kept = target.origin === url.origin ? headers : only(headers, HARMLESS);
  // RFC 9110 §15.4: 307 and 308 ask for the same again; after the others a GET is what everybody sends.
  if (status >= 307 || method === 'GET' || method === 'HEAD')
    return { method, url: target, headers: kept, ...(body === undefined ? {} : { body }) };
  return {
    method: 'GET',
    url: target,
    headers: Object.fromEntries(Object.entries(kept).filter(([name]) => name.toLowerCase() !== 'content-type')),
  };
}

function only(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name.toLowerCase())));
}

function calledUrl(text: string): URL {
  const fault = faultOfUrl(text);
  if (fault || !URL.canParse(text)) {
    throw new DomainError('invalid', 'url.invalid', `the expanded url ${fault ?? 'is no address: is a variable missing?'}`);
  }
  return new URL(text);
}

function refused(message: string): InfrastructureError {
  return new InfrastructureError('redirect.refused', message, true);
}
