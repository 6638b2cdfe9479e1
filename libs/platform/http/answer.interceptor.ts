import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { CommandAnswer } from '../commands/decision-handler';
import { Answer } from '../queries/answer';

/** Turns answers into bodies with their headers: Slipway-Position on every one, ETag where it is one stream's. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(map((answer: unknown) => render(answer, reply)));
  }
}

function render(answer: unknown, reply: FastifyReply): unknown {
  if (answer instanceof CommandAnswer) {
    reply
      .status(answer.created ? 201 : 202)
      .header('Slipway-Position', String(answer.position))
      .header('ETag', `"${answer.version}"`);
    return answer.resource;
  }
  if (answer instanceof Answer) {
    reply.header('Slipway-Position', String(answer.position));
    if (answer.version !== undefined) reply.header('ETag', `"${answer.version}"`);
    return answer.body;
  }
  return answer;
}
