import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { checkShape } from '../validation/check-shape';
import { misfit } from '../validation/misfit';

/** The query parameters, checked against their class: unknown and doubled ones are refused. */
export const QueryOf = createParamDecorator((type: new () => object, context: ExecutionContext): object => {
  const sent = context.switchToHttp().getRequest<FastifyRequest>().query as Record<string, unknown>;
  const doubled = Object.entries(sent).find(([, value]) => Array.isArray(value));
  if (doubled) throw misfit([{ pointer: `?${doubled[0]}`, message: 'must stand there once' }]);
  return checkShape(type, { ...sent }, '?');
});
