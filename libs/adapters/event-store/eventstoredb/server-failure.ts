import { InfrastructureError, isInfrastructureError, messageOf } from '@slipway/kernel';

/** gRPC's status UNKNOWN: what a server answers to a read from a position that is no record's, among others. */
const UNKNOWN = 2;

/** Nothing came back in time. Whether it was done, nobody knows. */
export class NoAnswer extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms / 1_000} s`);
    this.name = 'NoAnswer';
  }
}

/**
 * Anything that the client threw as the port's error. All of it may pass, and of all of it an append may be stored: connections break, servers start,
 * leaders change, certificates and passwords are mended. `place` is where the server is, without credentials.
 */
export function unavailable(error: unknown, place: string): InfrastructureError {
  if (isInfrastructureError(error)) return error;
  const reason = messageOf(error) || (error instanceof Error ? error.name : 'no reason given');
  return new InfrastructureError('event-store.unavailable', `the event store at ${place} is unavailable: ${reason}`, true, {
    cause: error,
  });
}

/** What `type` says of an error of the client: its classes do not survive a second copy of the client. */
export function isOfType(error: unknown, type: 'stream-not-found' | 'stream-deleted'): boolean {
  return error instanceof Error && 'type' in error && error.type === type;
}

/** Whether a read failed as one does that begins where no record stands. */
export function isNoPlace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNKNOWN;
}
