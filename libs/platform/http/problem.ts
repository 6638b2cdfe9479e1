import { HttpException } from '@nestjs/common';
import { type DomainErrorKind, type FieldError, isDomainError, isInfrastructureError, UnreadableEvent } from '@slipway/kernel';

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
  'too-large': [413, 'Too large'],
  unsupported: [422, 'Cannot be processed'],
  forbidden: [403, 'Not allowed'],
};

/** What the server refuses before a route sees it; without words of our own it is told in those of the error. */
const FRAMEWORK: Readonly<Record<number, readonly [code: string, title: string, detail?: string]>> = {
  400: ['request.malformed', 'The request does not fit'],
  404: ['route.not-found', 'Not found'],
  408: ['request.timeout', 'Took too long', 'The request did not arrive in time: send it again.'],
  413: ['request.too-large', 'Too large', 'The body is larger than 1 MiB: send less at a time, or move long texts into files.'],
  415: [
    'request.media-type',
    'Unsupported media type',
    'Send JSON in UTF-8, not compressed, with the header Content-Type: application/json.',
  ],
  431: ['request.headers-too-large', 'Too large', 'Address and headers are larger than 16 KiB together.'],
};

/** What a problem tells at most; a hostile request can break a rule a hundred thousand times. */
const MAX_ERRORS = 100;
const MAX_DETAIL = 2_000;

/** Any error as a problem. What was not foreseen says nothing of its inside. */
export function problemOf(error: unknown, traceId: string): Problem {
  if (isDomainError(error)) {
    const [status, title] = KINDS[error.kind];
    const facts = Object.keys(error.facts).length > 0 ? { facts: error.facts } : {};
    const errors = error.errors.length > 0 ? { errors: error.errors.slice(0, MAX_ERRORS) } : {};
    return { ...named(error.code, title), status, detail: shortened(error.message), ...facts, ...errors, traceId };
  }
  if (isInfrastructureError(error)) {
    if (error.code === 'idempotency.in-flight')
      return { ...named(error.code, 'Still being worked on'), status: 409, detail: error.message, traceId };
    // What one append holds is bounded, and only what was asked for can make it too large.
    if (error.code === 'event-store.append-too-large')
      return {
        ...named(error.code, 'Too large'),
        status: 413,
        detail: `The request makes too much to store at once: ${error.message}.`,
        traceId,
      };
    if (error.retryable) return { ...named(error.code, 'Not available right now'), status: 503, detail: error.message, traceId };
  }
  if (error instanceof UnreadableEvent) {
    const detail = `Not all of the history can be read: ${error.message}. POST /api/v1/audit/verify says more; a backup may have it whole.`;
    return { ...named('event.unreadable', 'Something broke'), status: 500, detail, traceId };
  }
  const status = statusOf(error);
  const known = FRAMEWORK[status];
  if (known && error instanceof Error)
    return { ...named(known[0], known[1]), status, detail: known[2] ?? shortened(error.message), traceId };
  if (status >= 400 && status < 500 && error instanceof Error)
    return { ...named('request.refused', 'Refused'), status, detail: shortened(error.message), traceId };
  return { ...named('internal', 'Something broke'), status: 500, detail: `Slipway failed; its log says more under ${traceId}.`, traceId };
}

function named(code: string, title: string) {
  return { type: `urn:slipway:problem:${code}`, title, code };
}

function shortened(text: string): string {
  return text.length <= MAX_DETAIL ? text : `${text.slice(0, MAX_DETAIL).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
