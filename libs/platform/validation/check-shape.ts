import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { DomainError, type FieldError, pointerPart } from '@slipway/kernel';
import { checkJson } from './check-json';
import { misfit } from './misfit';

/** Name of the constraint that a listed field of a later capability breaks. */
export const NOT_YET = 'notYet';

/** What is wrong inside a value, with pointers from it on. A rule that can tell has it in its context as `within`. */
export type Within = (value: unknown) => FieldError[];

/**
 * Checks what a caller sent against a DTO class and returns it as an instance of it. `prefix` stands before every pointer (`?` for query
 * parameters). Errors: DomainError `request.invalid` with every violation, `not-supported-yet`.
 */
export function checkShape<T extends object>(type: new () => T, sent: object, prefix = '/'): T {
  checkJson(sent, prefix);
  const instance = plainToInstance(type, sent);
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    stopAtFirstError: true,
  });
  if (errors.length === 0) return instance;
  throw refusal(errors, prefix);
}

/** The refusal of one or more violations of a DTO class. */
export function refusal(errors: readonly ValidationError[], prefix = '/'): DomainError {
  const later = flatten(errors, prefix, (constraint) => constraint === NOT_YET);
  if (later.length > 0) {
    return new DomainError(
      'unsupported',
      'not-supported-yet',
      `Not supported yet: ${later.map((one) => one.pointer.slice(1)).join(', ')}.`,
      {},
      later,
    );
  }
  return misfit(flatten(errors, prefix, () => true));
}

function flatten(errors: readonly ValidationError[], prefix: string, wanted: (constraint: string) => boolean): FieldError[] {
  return errors.flatMap((error) => {
    const pointer = `${prefix}${pointerPart(error.property)}`;
    const own = Object.entries(error.constraints ?? {})
      .filter(([constraint]) => wanted(constraint))
      .flatMap(([constraint, message]) => {
        const inner = within(error, constraint).map((one) => ({ pointer: pointer + one.pointer, message: one.message }));
        if (inner.length > 0) return inner;
        const unknown = constraint === 'whitelistValidation';
        return [{ pointer, message: unknown ? 'is not known here: leave it out' : readable(message, error.property) }];
      });
    return [...own, ...flatten(error.children ?? [], `${pointer}/`, wanted)];
  });
}

function within({ contexts, value }: ValidationError, constraint: string): FieldError[] {
  const context = contexts?.[constraint] as { readonly within?: Within } | undefined;
  return context?.within?.(value) ?? [];
}

/** class-validator starts its texts with the property's name; the pointer says it already. */
function readable(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
