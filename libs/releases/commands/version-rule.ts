import { applyDecorators } from '@nestjs/common';
import { NOT_YET } from '@slipway/platform';
import { ValidateBy } from 'class-validator';
import { parse } from 'semver';

const MAX_LENGTH = 100;
/** The rule as a schema can say it; the parser knows it whole. */
const DESCRIBED = '^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$';

/** No version, `next` and `#{…}` ask for the version template, which is not built yet. */
function isTemplate(value: unknown): boolean {
  return value === undefined || value === 'next' || (typeof value === 'string' && value.includes('#{'));
}

export function isReleaseVersion(value: unknown): boolean {
  // The parser forgives a `v` in front and blanks around: a version is stored, and named in addresses, exactly as sent.
  return typeof value === 'string' && value.length <= MAX_LENGTH && /^\d\S*$/.test(value) && parse(value) !== null;
}

/** A Semantic Version 2.0.0 of at most 100 characters. */
export function IsReleaseVersion() {
  return applyDecorators(
    ValidateBy({
      name: NOT_YET,
      constraints: [{}],
      validator: {
        validate: (value) => !isTemplate(value),
        defaultMessage: () => 'must be given: choosing the next version is not supported yet',
      },
    }),
    ValidateBy({
      name: 'isReleaseVersion',
      constraints: [{ type: 'string', maxLength: MAX_LENGTH, pattern: DESCRIBED }],
      validator: {
        validate: (value) => isTemplate(value) || isReleaseVersion(value),
        defaultMessage: () => `must be a Semantic Version such as 1.4.0 or 2.0.0-rc.1, of at most ${MAX_LENGTH} characters`,
      },
    }),
  );
}
