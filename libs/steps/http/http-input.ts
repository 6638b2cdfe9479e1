import { IsIn } from 'class-validator';
import { MayBeAbsent, Rule } from '../input-rule';
import { IsCalledUrl, IsExpectedStatus, IsInterval } from '../outbound/request-rules';
import { isJsonPointer } from './json-pointer';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const MAX_HEADERS = 50;
const MAX_HEADER = 8_192;
// RFC 9110 §5.6.2
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const HEADERS_SCHEMA = {
  type: 'object',
  maxProperties: MAX_HEADERS,
  propertyNames: { pattern: HEADER_NAME.source },
  additionalProperties: { type: 'string', maxLength: MAX_HEADER },
};
/** Those that frame the message, and whom it is for: the url, the body and the connection say them. */
const OURS = ['host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'expect', 'te', 'trailer'];

const UNTIL_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['pointer', 'equals'],
  properties: { pointer: { type: 'string', maxLength: 1_000 }, equals: { type: ['string', 'number', 'boolean', 'null'] } },
};

/** A value that a JSON answer is compared with. */
export type Scalar = string | number | boolean | null;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faultOfHeaders(headers: unknown): string | undefined {
  if (!isObject(headers)) return 'must be an object of texts, like { "accept": "application/json" }';
  const names = Object.keys(headers);
  if (names.length > MAX_HEADERS) return `has ${names.length} headers, at most ${MAX_HEADERS} are allowed`;
  for (const [name, value] of Object.entries(headers)) {
    const shown = JSON.stringify(name.slice(0, 80));
    if (!HEADER_NAME.test(name)) return `has the name ${shown}, which no header can have`;
    if (OURS.includes(name.toLowerCase())) return `has the name ${shown}: that header is set by Slipway, leave it out`;
    if (names.some((other) => other !== name && other.toLowerCase() === name.toLowerCase())) return `has the name ${shown} twice`;
    if (typeof value !== 'string') return `needs a text as value of ${shown}: put it in quotes`;
    if (value.length > MAX_HEADER) return `has a value of ${shown} longer than ${MAX_HEADER} characters`;
    if (/[\r\n\0]/.test(value)) return `has a line break in the value of ${shown}`;
  }
  return undefined;
}

function faultOfBody(body: unknown, { method = 'GET' }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof body !== 'string' && (typeof body !== 'object' || body === null)) return 'must be a text, or JSON: an object or a list';
  return method === 'GET' || method === 'HEAD' ? 'goes with POST, PUT, PATCH, DELETE or OPTIONS: say which as method' : undefined;
}

function faultOfUntil(until: unknown, { method }: Readonly<Record<string, unknown>>): string | undefined {
  if (!isObject(until)) return 'must be an object like { "pointer": "/state", "equals": "done" }';
  const stranger = Object.keys(until).find((name) => name !== 'pointer' && name !== 'equals');
  if (stranger !== undefined) return `has the field ${JSON.stringify(stranger.slice(0, 80))}, which is not known here: leave it out`;
  const { pointer, equals } = until;
  if (typeof pointer !== 'string' || pointer.length > 1_000 || !isJsonPointer(pointer))
    return 'needs a JSON pointer (RFC 6901) as pointer, like /state or /items/0/name';
  if (equals !== null && !['string', 'number', 'boolean'].includes(typeof equals))
    return 'needs a text, a number, true, false or null as equals';
  return method === 'HEAD' ? 'needs an answer with a body, and HEAD has none' : undefined;
}

/** Input of the step type `http`. */
export class HttpInput {
  /** Default `GET`. */
  @MayBeAbsent()
  @IsIn(METHODS, { message: `method must be one of ${METHODS.join(', ')}` })
  method?: (typeof METHODS)[number];

  /** `#{…}` in it is expanded. */
  @IsCalledUrl() url!: string;

  /** `#{…}` in their values is expanded. */
  @MayBeAbsent()
  @Rule('isHeaders', HEADERS_SCHEMA, faultOfHeaders)
  headers?: Record<string, string>;

  /** A text is sent as it is, an object or a list as JSON; `#{…}` in its texts is expanded. */
  @MayBeAbsent()
  @Rule('isRequestBody', { type: ['string', 'object', 'array'] }, faultOfBody)
  body?: string | object;

  /** Default: any 2xx. */
  @IsExpectedStatus() expectStatus?: number[];

  /** Asked again and again until the value at the pointer is this one; `#{…}` in `equals` is expanded. */
  @MayBeAbsent()
  @Rule('isUntil', UNTIL_SCHEMA, faultOfUntil)
  until?: { pointer: string; equals: Scalar };

  /** Between two requests of `until`, default PT5S. */
  @Rule('isWithUntil', {}, (_interval, { until }) =>
    until === undefined ? 'goes with until: say what to poll for, or leave it out' : undefined,
  )
  @IsInterval()
  interval?: string;
}
