/**
 * What a rule, a missing resource or a bad request answers. `platform` alone knows which HTTP status each kind is:
 * invalid 400 · forbidden 403 · not-found 404 · conflict 409 · precondition 412 · too-large 413 · unsupported 422.
 */
export type DomainErrorKind = 'invalid' | 'not-found' | 'conflict' | 'precondition' | 'too-large' | 'unsupported' | 'forbidden';

/** Where in the request something is wrong: an RFC 6901 JSON pointer into the body (`/steps/0/name`), a parameter (`?limit`) or a header (`header:If-Match`). */
export interface FieldError {
  pointer: string;
  message: string;
}

/**
 * A refusal. It is acknowledged and reported, never retried. Compare by `code`, never by message or prototype.
 * `message` says what, where and what to do; `facts` are JSON-exact and explain it to a machine.
 */
export class DomainError extends Error {
  readonly isDomainError = true;

  constructor(
    readonly kind: DomainErrorKind,
    readonly code: string,
    message: string,
    readonly facts: Record<string, unknown> = {},
    readonly errors: FieldError[] = [],
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** A text names so many places at fault; all of them are in `errors`. */
const MOST_NAMED = 5;

/** Faults as part of a text. */
function wordedFaults(errors: readonly FieldError[]): string {
  const named = errors.slice(0, MOST_NAMED).map(({ pointer, message }) => `${placeOf(pointer)} ${message}`);
  return errors.length > MOST_NAMED ? `${named.join('; ')}; and ${errors.length - MOST_NAMED} more` : named.join('; ');
}

function placeOf(pointer: string): string {
  return pointer.replace(/^$/, 'it').replace(/^header:/, 'the header ');
}

/** The refusal, as invalid, of what has places at fault. `what` begins the text: `The process cannot be saved`. */
export function faulty(errors: readonly FieldError[], code: string, what: string): DomainError {
  return new DomainError('invalid', code, `${what}: ${wordedFaults(errors)}.`, {}, [...errors]);
}

/**
 * Every place, by its pointer, that names a `what` which `find` does not know. Each name is looked up once; after `most` missing ones the rest is not: the
 * request is refused anyway.
 */
export async function missingFaults(
  named: readonly (readonly [pointer: string, name: string])[],
  what: string,
  find: (name: string) => Promise<unknown>,
  most = Infinity,
): Promise<FieldError[]> {
  const missing = new Set<string>();
  for (const name of new Set(named.map(([, one]) => one))) {
    if (missing.size < most && !(await find(name))) missing.add(name);
  }
  return named.flatMap(([pointer, name]) =>
    missing.has(name) ? [{ pointer, message: `there is no ${what} ${name}: create it first` }] : [],
  );
}

/** Refuses a body of which any place is at fault. Errors: DomainError `code`, as `faulty`. */
export function refuseFaults(errors: readonly FieldError[], code: string, what: string): void {
  if (errors.length > 0) throw faulty(errors, code, what);
}

/**
 * The surroundings failed: a store or the bus is away, a race was lost too often. `retryable` errors are tried again
 * without limit and never count as a try; others are poison.
 */
export class InfrastructureError extends Error {
  readonly isInfrastructureError = true;

  constructor(
    readonly code: string,
    message: string,
    readonly retryable: boolean,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'InfrastructureError';
  }
}

export function isDomainError(error: unknown): error is DomainError {
  return error instanceof Error && (error as Partial<DomainError>).isDomainError === true;
}

export function isInfrastructureError(error: unknown): error is InfrastructureError {
  return error instanceof Error && (error as Partial<InfrastructureError>).isInfrastructureError === true;
}

/** True when the same call may succeed later without anybody changing it. */
export function isRetryable(error: unknown): boolean {
  return isInfrastructureError(error) && error.retryable;
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
