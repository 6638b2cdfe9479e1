import { DateTime, Duration } from 'luxon';

/** What luxon lets through and ISO 8601 does not: no figure at all (`P`, `P1DT`), and single parts below zero (`P1DT-1H`). */
const DURATION = /^P(?=[\dT])[^-]*[\dA-SU-Z]$/;

/** Milliseconds of an ISO 8601 duration (`PT30M`, `P1D`), or undefined if it is none, negative, or not a fixed length (months, years). */
export function durationMs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const duration = Duration.fromISO(text);
  if (!duration.isValid || duration.years !== 0 || duration.months !== 0 || duration.quarters !== 0) return undefined;
  const ms = duration.toMillis();
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt](?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** End of the year 9999 UTC: later times have more digits and would no longer sort as text. */
const LAST_MS = 253_402_300_799_999;

/** An RFC 3339 time of any offset as UTC with milliseconds, from 1970 to 9999, or undefined if it is none. Finer fractions are cut; a leap second is refused. */
export function utcTime(text: string | undefined): string | undefined {
  if (text === undefined || !RFC3339.test(text)) return undefined;
  const time = DateTime.fromISO(text.toUpperCase(), { setZone: true });
  const ms = time.toMillis();
  return time.isValid && ms >= 0 && ms <= LAST_MS ? new Date(ms).toISOString() : undefined;
}

/** The time `ms` after an RFC 3339 UTC time. */
export function timeAfter(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}
