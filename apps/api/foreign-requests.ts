import { DomainError } from '@slipway/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerProblem } from './malformed-requests';

const NAME = String.raw`(?:localhost|127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}|\[::1\])(?::\d{1,5})?`;
const LOOPBACK_HOST = new RegExp(`^${NAME}$`, 'i');
const LOOPBACK_ORIGIN = new RegExp(`^https?://${NAME}$`, 'i');
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses with 403 `request.foreign` what a page from elsewhere sends through a browser on this machine: whoever reaches the server may do
 * everything, as the settings let it listen to loopback addresses only. Holds for every route, also for those that do not exist.
 */
export function refuseForeignRequests(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const why = foreignness(request);
    return why === undefined ? undefined : answerProblem(new DomainError('forbidden', 'request.foreign', why), request, reply);
  });
}

function foreignness({ headers, method }: FastifyRequest): string | undefined {
  // A name of somebody's own that resolves to this machine makes their page one of ours in the browser's eyes (DNS rebinding).
  if (!LOOPBACK_HOST.test(headers.host ?? ''))
    return 'The header Host names no loopback host: Slipway serves this machine only; call it as localhost, 127.0.0.1 or [::1].';
  if (headers.origin !== undefined && !LOOPBACK_ORIGIN.test(headers.origin))
    return 'The header Origin names no page of this machine: pages from elsewhere may not use Slipway.';
  // Not every browser sends Origin with every form.
  if (headers['sec-fetch-site'] === 'cross-site' && !SAFE.has(method))
    return 'The header Sec-Fetch-Site says cross-site: pages from elsewhere may not change anything in Slipway.';
  return undefined;
}
