import { InfrastructureError, isInfrastructureError, messageOf } from '@slipway/kernel';
import { DatabaseError } from 'pg';

/** For whom PostgreSQL works: the port's word in error codes, and its name in texts. */
export interface PostgresUser {
  readonly code: 'event-store' | 'read-store' | 'log-store' | 'leases';
  readonly name: string;
}

/**
 * SQLSTATE classes and codes that pass by themselves or when an operator helps: connections (08), a transaction that lost a race (40), resources (53), a server that
 * is told to stop or starts (57P), a statement or lock that took too long (57014, 55P03), the disk (58), a server that is read-only meanwhile (25006).
 */
const PASSING = /^(08|40|53|58|57P|57014$|55P03$|25006$)/;
/** Who asks is wrong, not what is asked: somebody mends it while the process waits. */
const MENDED_BY_PEOPLE = /^(28|3D)/;

/** SQLSTATE of what PostgreSQL answered; empty where the connection itself failed. */
export function sqlState(error: unknown): string {
  // Not by the form of its code: EPIPE, of a socket, looks like one.
  return error instanceof DatabaseError ? (error.code ?? '') : '';
}

/** True when the transaction lost a race that repeating it may win: serialization failure, deadlock. */
export function lostRace(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlState(error));
}

/**
 * Anything that pg threw as the port's error: `<code>.unavailable` (retryable; of a write the outcome may be unknown) or `<code>.failed` (not: damage, a bug).
 * `place` is where the server is, without credentials.
 */
export function postgresFailure(error: unknown, { code, name }: PostgresUser, place: string): InfrastructureError {
  if (isInfrastructureError(error)) return error;
  const state = sqlState(error);
  const what = `${name} at ${place} failed: ${reasonOf(error)}${state ? ` (${state})` : ''}`;
  // Without an SQLSTATE it was no answer of the server: the connection broke, or could not be made.
  const passes =
    state === '' ? !(error instanceof TypeError || error instanceof RangeError) : PASSING.test(state) || MENDED_BY_PEOPLE.test(state);
  return new InfrastructureError(`${code}.${passes ? 'unavailable' : 'failed'}`, what, passes, { cause: error });
}

/** A host name with several addresses fails with one error for each, and no words of its own. */
function reasonOf(error: unknown): string {
  return messageOf(error instanceof AggregateError ? error.errors[0] : error) || 'no connection';
}
