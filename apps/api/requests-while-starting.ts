import { InfrastructureError } from '@slipway/kernel';
import type { ProcessState } from '@slipway/platform';
import type { FastifyInstance } from 'fastify';
import { answerProblem } from './malformed-requests';

/** Answers what is asked of the API while its process waits for servers with 503 `process.starting`; what tells of the process itself is answered. */
export function answerWhileStarting(server: FastifyInstance, state: ProcessState): void {
  server.addHook('onRequest', async (request, reply) => {
    if (state.current !== 'starting' || !request.url.startsWith('/api/')) return undefined;
    const words = 'Slipway starts: try again in a moment; GET /health/ready says what it waits for.';
    return answerProblem(new InfrastructureError('process.starting', words, true), request, reply);
  });
}
