import { isReleaseVersion, MAX_VERSION_LENGTH } from '@slipway/projects/contract';
import { ValidateBy } from 'class-validator';

const MAX_TEMPLATE_LENGTH = 200;
/** The rule as a schema can say it; the parser knows it whole. */
const DESCRIBED = '^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$|#\\{';

export function isVersionTemplate(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEMPLATE_LENGTH && value.includes('#{');
}

/** A Semantic Version 2.0.0 of at most 100 characters, or a template of at most 200 that gives one. */
export function IsVersionOrTemplate() {
  return ValidateBy({
    name: 'isVersionOrTemplate',
    constraints: [{ type: 'string', maxLength: MAX_TEMPLATE_LENGTH, pattern: DESCRIBED }],
    validator: {
      validate: (value) => isReleaseVersion(value) || isVersionTemplate(value),
      defaultMessage: () =>
        `must be a Semantic Version such as 1.4.0 or 2.0.0-rc.1, of at most ${MAX_VERSION_LENGTH} characters, or a template that gives one; leave it out for the next one`,
    },
  });
}
