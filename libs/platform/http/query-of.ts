import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '@slipway/kernel';
import type { FastifyRequest } from 'fastify';
import { checkShape } from '../validation/check-shape';

/** The query parameters, checked against their class: unknown and doubled ones are refused. */
export const QueryOf = createParamDecorator((type: new () => object, context: ExecutionContext): object => {
  const sent = context.switchToHttp().getRequest<FastifyRequest>().query as Record<string, unknown>;
  const doubled = Object.entries(sent).find(([, value]) => Array.isArray(value));
  if (doubled) {
    throw new DomainError('invalid', 'request.invalid', `The query parameter ${doubled[0]} stands there more than once.`, {}, [
      { pointer: `?${doubled[0]}`, message: 'must stand there once' },
    ]);
  }
  return checkShape(type, { ...sent }, '?');
});
