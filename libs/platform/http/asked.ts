import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../commands/command-gateway';
import { isStorable } from '../validation/check-json';
import { misfit } from '../validation/misfit';

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function refuse(name: string, rule: string): never {
  throw misfit([{ pointer: `header:${name}`, message: rule }]);
}

/** Header bytes arrive as Latin-1; ours are UTF-8. */
function utf8Of(raw: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(raw, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Who asks. While no access control is configured: the header Slipway-Actor, else `anonymous`. */
export function actorOf(request: FastifyRequest): string {
  const raw = header(request, 'slipway-actor');
  if (raw === undefined) return 'anonymous';
  const actor = utf8Of(raw);
  if (actor === undefined || actor.trim() === '' || actor.length > 100 || /[\p{Cc}\p{Cs}]/u.test(actor))
    refuse('Slipway-Actor', 'must have 1 to 100 printable characters in UTF-8');
  if (actor.toLowerCase().startsWith('slipway/'))
    refuse('Slipway-Actor', 'must not start with slipway/: that is what the system does by itself');
  return actor;
}

/** The id that ties together everything that one request leads to. */
export function correlationOf(request: FastifyRequest): string {
  return header(request, 'x-correlation-id')?.slice(0, 200) || request.id;
}

function versionOf(request: FastifyRequest): number | undefined {
  const sent = header(request, 'if-match');
  if (sent === undefined || sent === '*') return undefined;
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(sent)?.[1];
  return version === undefined ? refuse('If-Match', 'must be an ETag as an earlier answer gave it') : Number(version);
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = header(request, 'idempotency-key');
  if (key !== undefined && !/^[\x20-\x7e]{1,255}$/.test(key)) refuse('Idempotency-Key', 'must have 1 to 255 printable ASCII characters');
  return key;
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
  const traceparent = header(request, 'traceparent');
  const key = keyOf(request);
  const version = versionOf(request);
  const correlationId = correlationOf(request);
  if (!isStorable(correlationId)) refuse('X-Correlation-Id', 'must be text');
  return {
    actor: actorOf(request),
    correlationId,
    causationId: request.id,
    ...(key === undefined ? {} : { idempotencyKey: key }),
    ...(version === undefined ? {} : { expectedVersion: version }),
    ...(traceparent !== undefined && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
  };
}

export const Asked = createParamDecorator((_data: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
