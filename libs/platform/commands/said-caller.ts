import { traceparentIn } from '@slipway/kernel';
import { isStorable } from '../validation/check-json';
import { misfit } from '../validation/misfit';
import type { Caller } from './command-gateway';

const LONGEST_CORRELATION = 200;

/** What callers say of themselves in headers, as it came. */
export interface Said {
  readonly actor: string | undefined;
  readonly key: string | undefined;
  readonly version: string | undefined;
  readonly correlation: string | undefined;
  readonly traceparent: string | undefined;
  /** Id of the request or message itself. */
  readonly id: string;
}

/** What the headers are called, for refusals. */
export interface HeaderNames {
  readonly actor: string;
  readonly key: string;
  readonly version: string;
  readonly correlation: string;
}

/** The id that ties together everything that one request leads to. */
export function correlationFrom({ correlation, id }: Pick<Said, 'correlation' | 'id'>): string {
  return correlation?.slice(0, LONGEST_CORRELATION) || id;
}

/** Who asks. While no access control is configured: whoever it says, else `anonymous`. */
function actorFrom(actor: string | undefined, name: string): string {
  if (actor === undefined) return 'anonymous';
  if (actor.trim() === '' || actor.length > 100 || /[\p{Cc}\p{Cs}]/u.test(actor))
    refuse(name, 'must have 1 to 100 printable characters in UTF-8');
  if (actor.toLowerCase().startsWith('slipway/')) refuse(name, 'must not start with slipway/: that is what the system does by itself');
  return actor;
}

/** The caller of a command, whichever way it came. Errors: DomainError `request.invalid`. */
export function callerFrom(said: Said, names: HeaderNames): Caller {
  const { key } = said;
  const traceparent = traceparentIn(said.traceparent);
  if (key !== undefined && !/^[\x20-\x7e]{1,255}$/.test(key)) refuse(names.key, 'must have 1 to 255 printable ASCII characters');
  const version = versionFrom(said.version, names.version);
  const correlationId = correlationFrom(said);
  if (!isStorable(correlationId)) refuse(names.correlation, 'must be text');
  return {
    actor: actorFrom(said.actor, names.actor),
    correlationId,
    causationId: said.id,
    ...(key === undefined ? {} : { idempotencyKey: key }),
    ...(version === undefined ? {} : { expectedVersion: version }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

function versionFrom(sent: string | undefined, name: string): number | undefined {
  if (sent === undefined || sent === '*') return undefined;
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(sent)?.[1];
  return version === undefined ? refuse(name, 'must be an ETag as an earlier answer gave it') : Number(version);
}

function refuse(name: string, rule: string): never {
  throw misfit([{ pointer: `header:${name}`, message: rule }]);
}
