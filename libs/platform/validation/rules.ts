import { applyDecorators } from '@nestjs/common';
import { IsBoolean, IsIn, IsInt, IsString, Length, Matches, Max, Min, ValidateBy, ValidateIf } from 'class-validator';
import { durationMs, NO_SLUG, SLUG, utcTime } from '@slipway/kernel';
import { NOT_YET } from './check-shape';

/** May be left out, but not be null. */
export function Optional() {
  return ValidateIf((_object, value) => value !== undefined);
}

/** May be left out; null takes the value away. */
export function Clearable() {
  return ValidateIf((_object, value) => value !== undefined && value !== null);
}

/** `each`: every member of a list. */
export function IsSlug(each = false) {
  return Matches(SLUG, { each, message: NO_SLUG });
}

/** Text of a length in UTF-16 units; `each`: every member of a list. */
export function IsText(min: number, max: number, each = false) {
  return applyDecorators(
    IsString({ each, message: 'must be a text' }),
    Length(min, max, { each, message: `must have ${min} to ${max} characters` }),
  );
}

/** Why something is done: a text that is not blank. */
export function IsReason() {
  return applyDecorators(IsText(1, 2_000), Matches(/\S/, { message: 'must say why' }));
}

/** A whole number in a range. What is no number at all is told so, not that it is out of range. */
export function IsWholeNumber(min: number, max: number) {
  return applyDecorators(
    IsInt({ message: 'must be a whole number' }),
    Min(min, { message: `must be at least ${min}` }),
    Max(max, { message: `must be at most ${max}` }),
  );
}

/** `true` or `false`, not a text that says so. */
export function IsTrueOrFalse() {
  return IsBoolean({ message: 'must be true or false' });
}

/** One of these texts. */
export function IsOneOf(texts: readonly string[]) {
  return IsIn(texts, { message: `must be one of ${texts.join(', ')}` });
}

const POSITION = /^\d{1,19}$/;

/** A position of the log, as a decimal text. */
export function IsPosition() {
  return Matches(POSITION, { message: 'must be a position, as the header Slipway-Position gives it' });
}

/** A time (RFC 3339, any offset) or a position of the log. */
export function IsMoment() {
  return ValidateBy({
    name: 'isMoment',
    constraints: [{ type: 'string', anyOf: [{ format: 'date-time' }, { pattern: POSITION.source }] }],
    validator: {
      validate: (value) => typeof value === 'string' && (POSITION.test(value) || utcTime(value) !== undefined),
      defaultMessage: () =>
        'must be an RFC 3339 time with an offset, such as 2026-01-05T08:00:00Z, or a position, as the header Slipway-Position gives it',
    },
  });
}

/** RFC 3339, any offset. */
export function IsTime() {
  return ValidateBy({
    name: 'isTime',
    constraints: [{ type: 'string', format: 'date-time' }],
    validator: {
      validate: (value) => typeof value === 'string' && utcTime(value) !== undefined,
      defaultMessage: () => 'must be an RFC 3339 time with an offset, such as 2026-01-05T08:00:00Z',
    },
  });
}

/** ISO 8601 duration of a fixed length. */
export function IsPeriod() {
  return ValidateBy({
    name: 'isPeriod',
    constraints: [{ type: 'string', format: 'duration' }],
    validator: {
      validate: (value) => typeof value === 'string' && durationMs(value) !== undefined,
      defaultMessage: () => 'must be an ISO 8601 duration, such as PT30M',
    },
  });
}

/** A listed field of a capability that is not built yet: refused, never accepted and ignored. Values in `allowed` mean the same as leaving it out. */
export function NotYet(...allowed: readonly unknown[]) {
  return ValidateBy({
    name: NOT_YET,
    constraints: [allowed.length > 0 && { enum: allowed }],
    validator: {
      validate: (value) => value === undefined || allowed.includes(value),
      defaultMessage: () =>
        `is not supported yet${allowed.length > 0 ? `, other than ${allowed.map((one) => JSON.stringify(one)).join(', ')}` : ''}`,
    },
  });
}
