import { HttpException } from '@nestjs/common';
import { type DomainErrorKind, type FieldError, isDomainError, isInfrastructureError } from '@slipway/kernel';

/** RFC 9457. `type` is a stable name for the code; nothing needs to be fetched from it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly FieldError[];
  readonly traceId: string;
}

const KINDS: Readonly<Record<DomainErrorKind, readonly [status: number, title: string]>> = {
  invalid: [400, 'The request does not fit'],
  'not-found': [404, 'Not found'],
  conflict: [409, 'A rule refuses it'],
  precondition: [412, 'It has changed meanwhile'],
  unsupported: [422, 'Cannot be processed'],
  forbidden: [403, 'Not allowed'],
};

const FRAMEWORK: Readonly<Record<number, readonly [code: string, title: string]>> = {
  400: ['request.malformed', 'The request does not fit'],
  404: ['route.not-found', 'Not found'],
  405: ['route.method', 'Not found'],
  413: ['request.too-large', 'Too large'],
  415: ['request.media-type', 'Unsupported media type'],
};

/** Any error as a problem. What was not foreseen says nothing of its inside. */
export function problemOf(error: unknown, traceId: string): Problem {
  if (isDomainError(error)) {
    const [status, title] = KINDS[error.kind];
    const facts = Object.keys(error.facts).length > 0 ? { facts: error.facts } : {};
    const errors = error.errors.length > 0 ? { errors: error.errors } : {};
    return { ...named(error.code, title), status, detail: error.message, ...facts, ...errors, traceId };
  }
  if (isInfrastructureError(error)) {
    if (error.code === 'idempotency.in-flight')
      return { ...named(error.code, 'Still being worked on'), status: 409, detail: error.message, traceId };
    if (error.retryable) return { ...named(error.code, 'Not available right now'), status: 503, detail: error.message, traceId };
  }
  const status = statusOf(error);
  const known = FRAMEWORK[status];
  if (known && error instanceof Error) return { ...named(known[0], known[1]), status, detail: error.message, traceId };
  return { ...named('internal', 'Something broke'), status: 500, detail: `Slipway failed; its log says more under ${traceId}.`, traceId };
}

function named(code: string, title: string) {
  return { type: `urn:slipway:problem:${code}`, title, code };
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
