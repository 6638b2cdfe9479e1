import { InfrastructureError, isInfrastructureError, messageOf } from '@slipway/kernel';

/** Failures that pass: a full disk is emptied, a lock is released, a mount comes back. */
const PASSING = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|NOMEM|READONLY|PROTOCOL)/;

/** Anything that SQLite threw as the port's error: `event-store.unavailable` (retryable) or `event-store.failed` (not: damage, a bug). */
export function failureOf(error: unknown, file: string): InfrastructureError {
  if (isInfrastructureError(error)) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const what = `the event store ${file} failed: ${messageOf(error)}${code ? ` (${code})` : ''}`;
  if (PASSING.test(code)) {
    const remedy = code.startsWith('SQLITE_FULL') ? 'free space on its disk' : 'check its disk, its permissions and who else has it open';
    return new InfrastructureError('event-store.unavailable', `${what}: ${remedy}`, true, { cause: error });
  }
  return new InfrastructureError('event-store.failed', what, false, { cause: error });
}
