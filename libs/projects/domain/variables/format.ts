import { DateTime } from 'luxon';

const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;
const DATES = ['date', 'datetime', 'datetimeoffset'];
const NUMBERS = ['int', 'int32', 'double', 'decimal'];

/**
 * A number or a date in a .NET format, always in the invariant culture (`.` and `,`, English names), so that no machine's settings count. Without a type a text that is
 * no number is a date; a date without an offset is UTC. Undefined where text and format do not fit, or the format is none of those below.
 * Source: learn.microsoft.com/dotnet/standard/base-types (standard and custom numeric and date formats).
 */
export function formatted(text: string, format: string, type?: string): string | undefined {
  const kind = type?.toLowerCase();
  if (kind !== undefined && !DATES.includes(kind) && !NUMBERS.includes(kind)) return undefined;
  const number = NUMBER.test(text) ? Number(text) : undefined;
  if (kind ? NUMBERS.includes(kind) : number !== undefined) return number === undefined ? undefined : formatNumber(number, format);
  return formatDate(text, format);
}

/** `C2 D5 E3 F2 N0 P1 X4` with at most 20 digits, or zeros and hashes such as `#,##0.00` and `0%`. */
function formatNumber(number: number, format: string): string | undefined {
  const [, letter, digits] = /^([CDEFNPX])(\d{0,2})$/i.exec(format) ?? [];
  return letter === undefined ? customNumber(number, format) : standardNumber(number, letter, digits === '' ? undefined : Number(digits));
}

/** More than these Intl does not take. */
const MOST_PLACES = 20;

function standardNumber(number: number, letter: string, digits: number | undefined): string | undefined {
  if (digits !== undefined && digits > MOST_PLACES) return undefined;
  const grouped = (value: number, places: number) =>
    value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
  switch (letter.toUpperCase()) {
    case 'C':
      return `${number < 0 ? '-' : ''}$${grouped(Math.abs(number), digits ?? 2)}`;
    case 'N':
      return grouped(number, digits ?? 2);
    case 'P':
      return `${grouped(number * 100, digits ?? 2)} %`;
    case 'F':
      return grouped(number, digits ?? 2).replaceAll(',', '');
    case 'E':
      return scientific(number, digits ?? 6, letter);
    default:
      return Number.isSafeInteger(number) ? wholeNumber(number, digits ?? 1, letter) : undefined;
  }
}

function scientific(number: number, digits: number, letter: string): string {
  const [, mantissa, sign, exponent] = /^(.*)e([-+])(\d+)$/.exec(number.toExponential(digits)) ?? [];
  return `${mantissa}${letter}${sign}${exponent?.padStart(3, '0')}`;
}

function wholeNumber(number: number, digits: number, letter: string): string | undefined {
  if (letter.toUpperCase() === 'D') return `${number < 0 ? '-' : ''}${String(Math.abs(number)).padStart(digits, '0')}`;
  if (number < 0) return undefined;
  const hex = number.toString(16).padStart(digits, '0');
  return letter === 'X' ? hex.toUpperCase() : hex;
}

function customNumber(number: number, format: string): string | undefined {
  const [, before, places = '', percent] = /^([#,]*[0,]*)(?:\.(0*#*))?(%?)$/.exec(format) ?? [];
  if (before === undefined || format === '' || places.length > MOST_PLACES) return undefined;
  return (
    (percent ? number * 100 : number).toLocaleString('en-US', {
      useGrouping: before.includes(','),
      minimumIntegerDigits: Math.max(1, Math.min(21, before.replace(/[^0]/g, '').length)),
      minimumFractionDigits: places.replaceAll('#', '').length,
      maximumFractionDigits: places.length,
    }) + (percent ?? '')
  );
}

/** .NET's tokens in luxon's words. */
const TOKENS: Readonly<Record<string, string>> = {
  ...{ yyyy: 'yyyy', yy: 'yy', MMMM: 'MMMM', MMM: 'MMM', MM: 'MM', M: 'M', dddd: 'EEEE', ddd: 'EEE', dd: 'dd', d: 'd' },
  ...{ HH: 'HH', H: 'H', hh: 'hh', h: 'h', mm: 'mm', m: 'm', ss: 'ss', s: 's', fff: 'SSS', tt: 'a', zzz: 'ZZ', K: 'ZZ' },
};
const STANDARD = new Map([
  ['d', 'MM/dd/yyyy'],
  ['s', "yyyy-MM-dd'T'HH:mm:ss"],
  ['o', "yyyy-MM-dd'T'HH:mm:ss.fffzzz"],
]);

function formatDate(text: string, format: string): string | undefined {
  const options = { zone: 'utc', setZone: true, locale: 'en-US' } as const;
  const iso = text
    .trim()
    .replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3')
    .replace(/^(\S{10}) +/, '$1T')
    .replace(/ +(?=[-+]\d\d)/, '');
  const date = DateTime.fromISO(iso, options);
  if (!date.isValid || format === '') return undefined;
  const pieces = (STANDARD.get(format.toLowerCase()) ?? format).match(/'[^']*'|"[^"]*"|([A-Za-z])\1*|[^A-Za-z'"]+/g) ?? [];
  const texts = pieces.map((piece) => {
    if (/^['"]/.test(piece)) return piece.slice(1, -1);
    if (!/^[A-Za-z]/.test(piece)) return piece;
    const token = TOKENS[piece];
    return token && date.toFormat(token, { locale: 'en-US' });
  });
  return texts.includes(undefined) ? undefined : texts.join('');
}
