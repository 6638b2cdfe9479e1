import { parse } from 'semver';

export const MAX_VERSION_LENGTH = 100;

/** A Semantic Version 2.0.0 of at most 100 characters. */
export function isReleaseVersion(value: unknown): value is string {
  // The parser forgives a `v` in front and blanks around: a version is stored, and named in addresses, exactly as sent.
  return typeof value === 'string' && value.length <= MAX_VERSION_LENGTH && /^\d\S*$/.test(value) && parse(value) !== null;
}
