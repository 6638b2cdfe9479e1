import { type JsonSchema, refTo } from '@slipway/platform';
import { exampleOf } from './answers/recorded';
import type { Operation } from './document';

const position: JsonSchema = {
  description: 'The position of the log that this answer reflects; `?atLeast=` takes it.',
  schema: { type: 'string', pattern: '^\\d{1,19}$' },
};
const etag: JsonSchema = {
  description:
    "The version of the stream that was read or decided on (of a new deployment: its release's); `If-Match` on that resource takes it.",
  schema: { type: 'string', pattern: '^"\\d+"$' },
};
const retryAfter: JsonSchema = { description: 'Seconds to wait before the next try.', schema: { type: 'integer' } };

export const headers: Readonly<Record<string, JsonSchema>> = { 'Slipway-Position': position, ETag: etag, 'Retry-After': retryAfter };

export function headerRef(name: string): { $ref: string } {
  return { $ref: `#/components/headers/${name}` };
}

function problem(name: string, description: string, retryable = false): JsonSchema {
  return {
    description,
    ...(retryable ? { headers: { 'Retry-After': headerRef('Retry-After') } } : {}),
    content: { 'application/problem+json': { schema: refTo('Problem'), ...exampleOf(name) } },
  };
}

/** Every kind of refusal, once; operations refer to them. */
export const problemResponses: Readonly<Record<string, JsonSchema>> = {
  BadRequest: problem('BadRequest', 'The body, a parameter or a header does not fit; `errors` says where and why.'),
  Forbidden: problem(
    'Forbidden',
    'While only this machine is served: a request with a `Host` or `Origin` from elsewhere, as a web page could send it.',
  ),
  NotFound: problem('NotFound', 'There is no such thing.'),
  Conflict: problem(
    'Conflict',
    'A rule refuses it, and `facts` say why; or a twin with the same `Idempotency-Key` is in flight (then with `Retry-After`).',
    true,
  ),
  PreconditionFailed: problem('PreconditionFailed', 'It has changed since the `ETag` that `If-Match` names.'),
  ContentTooLarge: problem('ContentTooLarge', 'The body has more than a megabyte.'),
  UnsupportedMediaType: problem('UnsupportedMediaType', 'The body is not `application/json`.'),
  UnprocessableContent: problem(
    'UnprocessableContent',
    'A field or value that is not supported yet, or an `Idempotency-Key` that was used for another request.',
  ),
  Unavailable: problem('Unavailable', 'Not right now: a store is away, or the position asked for is not reached yet. Try again.', true),
  Unexpected: problem('Unexpected', 'Any other problem.'),
};

function to(name: string): { $ref: string } {
  return { $ref: `#/components/responses/${name}` };
}

/** The problems that every address can answer with. */
export const commonProblems: Operation['responses'] = { 403: to('Forbidden'), default: to('Unexpected') };

/** The problems that an operation of the API can answer with. */
export function problemsOf({ parameters = [], requestBody }: Operation): Operation['responses'] {
  const has = (place: string, name?: string) => parameters.some((one) => one.in === place && (name === undefined || one.name === name));
  const isCommand = has('header', 'Idempotency-Key');
  return {
    400: to('BadRequest'),
    ...(has('path') ? { 404: to('NotFound') } : {}),
    ...(isCommand ? { 409: to('Conflict') } : {}),
    ...(has('header', 'If-Match') ? { 412: to('PreconditionFailed') } : {}),
    ...(requestBody ? { 413: to('ContentTooLarge'), 415: to('UnsupportedMediaType') } : {}),
    422: to('UnprocessableContent'),
    503: to('Unavailable'),
    ...commonProblems,
  };
}
