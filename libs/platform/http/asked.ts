import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../commands/command-gateway';
import { callerFrom, correlationFrom, type HeaderNames } from '../commands/said-caller';
import { misfit } from '../validation/misfit';

const NAMES: HeaderNames = { actor: 'Slipway-Actor', key: 'Idempotency-Key', version: 'If-Match', correlation: 'X-Correlation-Id' };

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Header bytes arrive as Latin-1; ours are UTF-8. Empty where they are not. */
function utf8Of(raw: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(raw, 'latin1'));
  } catch {
    return '';
  }
}

/** The id that ties together everything that one request leads to. */
export function correlationOf(request: FastifyRequest): string {
  return correlationFrom({ correlation: header(request, 'x-correlation-id'), id: request.id });
}

/** A command is all in its body and address: what else is said is refused, not ignored. */
function refuseQuery(request: FastifyRequest): void {
  const names = Object.keys(request.query as object);
  if (names.length === 0) return;
  throw misfit(names.map((name) => ({ pointer: `?${name}`, message: 'is not known here: a command takes no query parameters' })));
}

/** The caller of a command, read off the request's headers. Errors: DomainError `request.invalid`. */
export function callerOf(request: FastifyRequest): Caller {
  refuseQuery(request);
  const actor = header(request, 'slipway-actor');
  const said = {
    actor: actor === undefined ? undefined : utf8Of(actor),
    key: header(request, 'idempotency-key'),
    version: header(request, 'if-match'),
    correlation: header(request, 'x-correlation-id'),
    traceparent: header(request, 'traceparent'),
    id: request.id,
  };
  return callerFrom(said, NAMES);
}

export const Asked = createParamDecorator((_data: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
