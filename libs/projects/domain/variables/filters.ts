import { formatted } from './format';

interface FilterRule {
  /** How many arguments it takes. */
  readonly min: number;
  readonly max: number;
  /** Undefined where it cannot be applied to this text with these arguments. */
  readonly apply: (text: string, args: readonly string[]) => string | undefined;
}

const plain = (apply: (text: string) => string): FilterRule => ({ min: 0, max: 0, apply });
/** Each character that `escapes` matches, replaced. */
const escaping = (escapes: RegExp, replacement: (character: string, at: number) => string): FilterRule =>
  plain((text) => text.replace(escapes, (character: string, at: number) => replacement(character, at)));

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '/': '&#x2F;' };
const CONTROL: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', '\t': '\\t' };
const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const backslashed = (character: string) => CONTROL[character] ?? `\\${character}`;

/** Filters of Octostache (github.com/OctopusDeploy/Octostache) by their names there. Those that need a clock or a Markdown library are not among them. */
export const FILTERS = {
  ToLower: plain((text) => text.toLowerCase()),
  ToUpper: plain((text) => text.toUpperCase()),
  ToBase64: { min: 0, max: 1, apply: (text, [encoding]) => encoded(text, encoding) },
  FromBase64: { min: 0, max: 1, apply: (text, [encoding]) => decoded(text, encoding) },
  HtmlEscape: escaping(/[&<>"'/]/g, (character) => XML[character] ?? character),
  XmlEscape: escaping(/[&<>"']/g, (character) => XML[character] ?? character),
  JsonEscape: plain((text) => JSON.stringify(text).slice(1, -1)),
  // A line break inside single quotes is a blank to YAML, two are one.
  YamlSingleQuoteEscape: plain((text) =>
    text.replaceAll("'", "''").replace(/(?:\r?\n)+/g, (breaks) => (breaks.startsWith('\r') ? '\r\n' : '\n') + breaks),
  ),
  YamlDoubleQuoteEscape: escaping(/[^\x20-\x7e]|["\\]/g, (character) =>
    '"\\\r\n\t'.includes(character) ? backslashed(character) : code(character),
  ),
  PropertiesKeyEscape: escaping(/[\\\r\n\t :=#!]|[^\0-\xfe]/g, (character) =>
    character > '\xfe' ? code(character) : backslashed(character),
  ),
  PropertiesValueEscape: escaping(/^ |[\\\r\n\t]|[^\0-\xfe]/g, (character) =>
    character > '\xfe' ? code(character) : backslashed(character),
  ),
  Trim: { min: 0, max: 1, apply: (text, [side]) => trimmed(text, side) },
  Truncate: { min: 1, max: 1, apply: (text, args) => truncated(text, args.map(whole)) },
  Substring: { min: 1, max: 2, apply: (text, args) => substring(text, args.map(whole)) },
  // Literal, unlike Octopus': finding all matches of a pattern takes quadratic time even in an engine that is safe for one (re2js: seconds for 20 kB).
  Replace: {
    min: 2,
    max: 2,
    apply: (text, [search = '', replacement = '']) => (search ? text.split(search).join(replacement) : undefined),
  },
  Format: { min: 1, max: 2, apply: (text, args) => formatted(text, args.at(-1) ?? '', args.length === 2 ? args[0] : undefined) },
} as const satisfies Readonly<Record<string, FilterRule>>;

export type FilterName = keyof typeof FILTERS;

const NAMES = Object.keys(FILTERS) as FilterName[];
const BY_FOLDED_NAME = new Map(NAMES.map((name) => [name.toLowerCase(), name]));

/** The filter of that name, whatever its case; else why there is none, and what there is. */
export function filterNamed(word: string): { readonly found: FilterName } | { readonly refused: string } {
  const found = BY_FOLDED_NAME.get(word.toLowerCase());
  if (found) return { found };
  if (/^nowdate(utc)?$/i.test(word))
    return {
      refused: `there is no filter ${word} here: expanding gives the same text at any time; let the step's script ask for the time`,
    };
  return { refused: `there is no filter ${word || 'without a name'}: there is ${NAMES.join(', ')}` };
}

/** How long the result can get, so that a text grown too large is refused before it is made. */
export function longestResult(name: FilterName, text: string, args: readonly string[]): number {
  if (name !== 'Replace') return 0;
  const [search = '', replacement = ''] = args;
  return search === '' ? 0 : text.length + (text.split(search).length - 1) * Math.max(0, replacement.length - search.length);
}

const whole = (text: string | undefined) => (text !== undefined && /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : undefined);

function truncated(text: string, [length]: readonly (number | undefined)[]): string | undefined {
  if (length === undefined) return undefined;
  return length < text.length ? `${text.slice(0, length)}...` : text;
}

/** One number is a length from the start; two are where to start, from 0, and a length. */
function substring(text: string, numbers: readonly (number | undefined)[]): string | undefined {
  const [start, length] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  if (start === undefined || length === undefined || start + length > text.length) return undefined;
  return text.slice(start, start + length);
}

function trimmed(text: string, side: string | undefined): string | undefined {
  switch (side?.toLowerCase()) {
    case undefined:
      return text.trim();
    case 'start':
      return text.trimStart();
    case 'end':
      return text.trimEnd();
    default:
      return undefined;
  }
}

/** `unicode` is UTF-16, as .NET calls it. */
function encodingOf(name = 'utf8'): 'utf8' | 'utf16le' | undefined {
  switch (name.toLowerCase()) {
    case 'utf8':
    case 'utf-8':
      return 'utf8';
    case 'unicode':
      return 'utf16le';
    default:
      return undefined;
  }
}

function encoded(text: string, encoding: string | undefined): string | undefined {
  const from = encodingOf(encoding);
  return from && Buffer.from(text, from).toString('base64');
}

function decoded(text: string, encoding: string | undefined): string | undefined {
  const to = encodingOf(encoding);
  const packed = text.replace(/\s+/g, '');
  if (!to || packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined;
  return Buffer.from(packed, 'base64').toString(to);
}
