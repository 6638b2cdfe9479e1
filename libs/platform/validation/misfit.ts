import { DomainError, type FieldError } from '@slipway/kernel';

/** The refusal of a request by its shape, DomainError `request.invalid`: every place at fault, with what must be there. A header's pointer is `header:<name>`. */
export function misfit(errors: readonly FieldError[]): DomainError {
  const said = errors.map(({ pointer, message }) => `${placeOf(pointer)} ${message}`);
  return new DomainError('invalid', 'request.invalid', `The request does not fit: ${said.join('; ')}.`, {}, [...errors]);
}

function placeOf(pointer: string): string {
  return pointer.replace(/^$/, 'it').replace(/^header:/, 'the header ');
}
