import { durationMs } from '@slipway/kernel';
import { ValidateBy, ValidateIf } from 'class-validator';

/**
 * A rule told by a function that names the fault, so that the message says what to change; undefined for none. `schema` is what a JSON schema can say of it,
 * `input` the whole that the value belongs to.
 */
export function Rule(
  name: string,
  schema: object,
  faultOf: (value: unknown, input: Readonly<Record<string, unknown>>) => string | undefined,
): PropertyDecorator {
  const validator = {
    validate: (value: unknown, args?: { object: object }) => faultOf(value, { ...args?.object }) === undefined,
    defaultMessage: (args?: { property: string; value: unknown; object: object }) =>
      `${args?.property ?? name} ${faultOf(args?.value, { ...args?.object }) ?? 'is wrong'}`,
  };
  return ValidateBy({ name, constraints: [schema], validator });
}

/** An ISO 8601 duration of `least` to `most` ms, which `words` tells. */
export function DurationRule(
  name: string,
  { least, most, words, example }: { least: number; most: number; words: string; example: string },
): PropertyDecorator {
  return Rule(name, { type: 'string', format: 'duration' }, (value) => {
    const ms = typeof value === 'string' ? durationMs(value) : undefined;
    return ms === undefined || ms < least || ms > most ? `must be an ISO 8601 duration from ${words}, such as ${example}` : undefined;
  });
}

/** May be left out, but not be null. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_input, value) => value !== undefined);
}
