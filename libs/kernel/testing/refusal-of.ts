import { type DomainError, isDomainError } from '../errors';

/** The refusal that a call ends with; undefined: it was accepted. */
export function refusalOf(call: () => unknown): DomainError | undefined {
  try {
    call();
  } catch (error) {
    if (isDomainError(error)) return error;
    throw error;
  }
  return undefined;
}
