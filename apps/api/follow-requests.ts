import { type Telemetry, traceparentIn } from '@slipway/kernel';
import { correlationOf } from '@slipway/platform';
import type { FastifyInstance } from 'fastify';

/** Whatever a request leads to, and what is logged meanwhile, belongs to it. Not before the body was read: that would lose it again. */
export function followRequests(server: FastifyInstance, telemetry: Telemetry): void {
  server.addHook('preValidation', (request, _reply, done) => {
    const { traceparent } = request.headers;
    const work = {
      correlationId: correlationOf(request),
      traceparent: typeof traceparent === 'string' ? traceparentIn(traceparent) : undefined,
    };
    telemetry.within(work, () => done());
  });
}
