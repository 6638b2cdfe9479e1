import { traceparentIn, within } from '@slipway/kernel';
import { correlationOf } from '@slipway/platform';
import type { FastifyInstance } from 'fastify';

/** Whatever a request leads to, and what is logged meanwhile, belongs to it. Not before the body was read: that would lose it again. */
export function followRequests(server: FastifyInstance): void {
  server.addHook('preValidation', (request, _reply, done) => {
    const { traceparent } = request.headers;
    const work = {
      correlationId: correlationOf(request),
      traceparent: typeof traceparent === 'string' ? traceparentIn(traceparent) : undefined,
    };
    within(work, () => done());
  });
}
