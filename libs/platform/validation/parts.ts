import { applyDecorators } from '@nestjs/common';
import { type FieldError, pointerPart } from '@slipway/kernel';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsObject,
  ValidateBy,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';
import type { Within } from './check-shape';
import { IsSlug, IsText } from './rules';

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstThatIsNone({ value }: ValidationArguments): string {
  const at = Array.isArray(value) ? value.findIndex((member) => !isPlain(member)) : 0;
  return `must hold objects only: number ${at + 1} is none`;
}

/** A list of at most `max` objects of a class. ValidateNested alone would take lists in lists for objects. */
export function IsListOf(type: new () => object, max: number, what: string) {
  return applyDecorators(
    IsArray({ message: 'must be a list' }),
    ArrayMaxSize(max, { message: `must have at most ${max} ${what}` }),
    IsObject({ each: true, message: firstThatIsNone }),
    ValidateNested({ each: true }),
    Type(() => type),
  );
}

/** `min` to `max` slugs, each once. */
export function AreSlugs(min: 0 | 1, max: number) {
  return applyDecorators(AreSome(min, max), IsSlug(true));
}

/** `min` to `max` texts of 1 to `longest` characters, each once. */
export function AreTexts(min: 0 | 1, max: number, longest: number) {
  return applyDecorators(AreSome(min, max), IsText(1, longest, true));
}

function AreSome(min: 0 | 1, max: number) {
  return applyDecorators(
    IsArray({ message: 'must be a list' }),
    ...(min === 0 ? [] : [ArrayMinSize(min, { message: 'must name at least one, or be left out' })]),
    ArrayMaxSize(max, { message: `must name at most ${max}` }),
    ArrayUnique({ message: 'must not repeat itself' }),
  );
}

/** Text that takes at most `max` bytes as JSON in UTF-8, quotes left out: what it costs to keep. */
export function IsTextOfBytes(max: number) {
  return ValidateBy({
    name: 'isTextOfBytes',
    constraints: [{ type: 'string', maxLength: max }],
    validator: {
      validate: (value) => typeof value === 'string' && Buffer.byteLength(JSON.stringify(value)) - 2 <= max,
      defaultMessage: () => `must be a text of at most ${max} bytes as JSON in UTF-8`,
    },
  });
}

/** Texts by name: at most `max` of them, each of at most `longest` characters. What is wrong with one is told at its name. */
export function IsTextRecord(max: number, longest: number) {
  const fits = (value: unknown) => isPlain(value) && Object.keys(value as object).length <= max;
  const within: Within = (value) =>
    fits(value) ? Object.entries(value as object).flatMap(([name, text]) => textProblem(name, text, longest)) : [];
  return ValidateBy(
    {
      name: 'isTextRecord',
      constraints: [{ type: 'object', additionalProperties: { type: 'string', maxLength: longest }, maxProperties: max }],
      validator: {
        validate: (value) => fits(value) && within(value).length === 0,
        defaultMessage: () => `must be an object of at most ${max} texts of at most ${longest} characters each`,
      },
    },
    { context: { within } },
  );
}

function textProblem(name: string, text: unknown, longest: number): FieldError[] {
  const pointer = `/${pointerPart(name)}`;
  if (typeof text === 'string') return text.length <= longest ? [] : [{ pointer, message: `must have at most ${longest} characters` }];
  if (typeof text === 'boolean') return [{ pointer, message: `must be a text: "${text ? 'True' : 'False'}", not ${text}` }];
  return [{ pointer, message: typeof text === 'number' ? `must be a text: "${text}", not ${text}` : 'must be a text' }];
}

/** One object of a class. */
export function IsPart(type: new () => object) {
  return applyDecorators(
    IsObject({ message: 'must be an object' }),
    ValidateNested(),
    Type(() => type),
  );
}
