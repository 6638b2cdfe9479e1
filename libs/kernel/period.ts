import { DateTime, Duration } from 'luxon';

/** Milliseconds of an ISO 8601 duration (`PT30M`, `P1D`), or undefined if it is none, negative, or not a fixed length (months, years). */
export function durationMs(text: string): number | undefined {
  if (!/^P/.test(text)) return undefined;
  const duration = Duration.fromISO(text);
  if (!duration.isValid || duration.years !== 0 || duration.months !== 0 || duration.quarters !== 0) return undefined;
  const ms = duration.toMillis();
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 time of any offset as UTC with milliseconds, or undefined if it is none. Finer fractions are cut. */
export function utcTime(text: string): string | undefined {
  if (!RFC3339.test(text)) return undefined;
  const time = DateTime.fromISO(text.toUpperCase(), { setZone: true });
  return time.isValid && time.year >= 1970 && time.year <= 9999 ? new Date(time.toMillis()).toISOString() : undefined;
}

/** The time `ms` after an RFC 3339 UTC time. */
export function timeAfter(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}
