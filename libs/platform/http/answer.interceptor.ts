import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { CommandAnswer } from '../commands/decision-handler';
import { Answer, Followed } from '../queries/answer';
import { EventStreams } from './event-streams';

/** Turns answers into bodies with their headers: Slipway-Position on every one, ETag where it is one stream's. What is followed is sent here, as it comes. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  constructor(private readonly streams: EventStreams) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next
      .handle()
      .pipe(mergeMap(async (answer: unknown) => (answer instanceof Followed ? this.streams.send(reply, answer) : render(answer, reply))));
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
