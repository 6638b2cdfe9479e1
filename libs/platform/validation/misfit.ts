import { type DomainError, faulty, type FieldError } from '@slipway/kernel';

/** The refusal of a request by its shape, DomainError `request.invalid`: every place at fault, with what must be there. */
export function misfit(errors: readonly FieldError[]): DomainError {
  return faulty(errors, 'request.invalid', 'The request does not fit');
}
