import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { Log, messageOf } from '@slipway/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { correlationOf } from './asked';
import { problemOf } from './problem';

/** Every error of every route becomes application/problem+json here, and nowhere else. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(Log) private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error, correlationOf(request));
    const said = `${request.method} ${request.url}: ${messageOf(error)}`;
    const { traceId } = problem;
    // Anybody can ask for more than there is room for, or for a position that is yet to come: that is nobody's fault to look for.
    if (problem.status === 503) this.log.warn(said, { traceId });
    else if (problem.status >= 500) this.log.error(said, { traceId, stack: error instanceof Error ? error.stack : undefined });
    if (reply.sent) return;
    if (problem.status === 503 || problem.code === 'idempotency.in-flight') reply.header('Retry-After', '1');
    void reply.status(problem.status).header('Content-Type', 'application/problem+json; charset=utf-8').send(problem);
  }
}
