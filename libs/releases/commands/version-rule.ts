import { applyDecorators } from '@nestjs/common';
import { NOT_YET } from '@slipway/platform';
import { ValidateBy } from 'class-validator';

// https://semver.org, the suggested expression: no `v` in front, no blanks, all three numbers.
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;
const MAX_LENGTH = 100;

/** No version, `next` and `#{…}` ask for the version template, which is not built yet. */
function isTemplate(value: unknown): boolean {
  return value === undefined || value === 'next' || (typeof value === 'string' && value.includes('#{'));
}

export function isReleaseVersion(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_LENGTH && SEMVER.test(value);
}

/** A Semantic Version 2.0.0 of at most 100 characters. */
export function IsReleaseVersion() {
  return applyDecorators(
    ValidateBy({
      name: NOT_YET,
      validator: {
        validate: (value) => !isTemplate(value),
        defaultMessage: () => 'must be given: choosing the next version is not supported yet',
      },
    }),
    ValidateBy({
      name: 'isReleaseVersion',
      validator: {
        validate: (value) => isTemplate(value) || isReleaseVersion(value),
        defaultMessage: () => `must be a Semantic Version such as 1.4.0 or 2.0.0-rc.1, of at most ${MAX_LENGTH} characters`,
      },
    }),
  );
}
