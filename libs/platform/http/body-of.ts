import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { checkShape } from '../validation/check-shape';
import { misfit } from '../validation/misfit';

/** What was sent as a body, which may be left out. Errors: DomainError `request.invalid` for what is no JSON object. */
export function objectOf(body: unknown): object {
  if (body === undefined) return {};
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw misfit([{ pointer: '', message: 'must be a JSON object' }]);
}

/** The body of a query, checked against its class; those of commands are checked by the gateway. */
export const BodyOf = createParamDecorator((type: new () => object, context: ExecutionContext): object =>
  checkShape(type, objectOf(context.switchToHttp().getRequest<FastifyRequest>().body)),
);
