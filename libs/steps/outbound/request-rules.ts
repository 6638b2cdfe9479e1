import { durationMs } from '@slipway/kernel';
import { DurationRule, MayBeAbsent, Rule } from '../input-rule';

const MAX_URL = 4_096;
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** Whether a text is still to be expanded. */
export function isTemplate(text: string): boolean {
  return text.includes('#{');
}

/** What is wrong with an address that is called; undefined for nothing. */
export function faultOfUrl(url: unknown): string | undefined {
  if (typeof url !== 'string' || url === '') return 'must be a text: the http or https address to call';
  if (url.length > MAX_URL) return `is ${url.length} characters long, at most ${MAX_URL} are allowed`;
  // A figure fits wherever a value may stand, in a host as in a port. What cannot be judged before it is expanded is judged then.
  const parsed = parse(url.replace(/#\{[^}]*\}/g, '1'));
  if (!parsed) return isTemplate(url) ? undefined : 'is no address: write it like https://shop.example.org/health';
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    return `must begin with http:// or https://, not with ${parsed.protocol}`;
  if (parsed.username !== '' || parsed.password !== '') return 'must not hold a user or password: send them in the header authorization';
  return undefined;
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** The address that a step calls. */
export function IsCalledUrl(): PropertyDecorator {
  return Rule('isCalledUrl', { type: 'string', minLength: 1, maxLength: MAX_URL }, faultOfUrl);
}

/** The statuses of an answer that a step is content with. */
export function IsExpectedStatus(): PropertyDecorator {
  const schema = { type: 'array', minItems: 1, maxItems: 50, uniqueItems: true, items: { type: 'integer', minimum: 200, maximum: 599 } };
  const rule = Rule('isExpectedStatus', schema, (value) => {
    const isStatus = (one: unknown) => typeof one === 'number' && Number.isInteger(one) && one >= 200 && one <= 599;
    if (!Array.isArray(value) || value.length === 0 || value.length > 50 || !value.every(isStatus))
      return 'must be a list of 1 to 50 statuses from 200 to 599, like [200, 204]';
    return new Set(value).size === value.length ? undefined : 'must not repeat itself';
  });
  return both(MayBeAbsent(), rule);
}

/** Time between two polls. */
export function IsInterval(): PropertyDecorator {
  return IsLength('isInterval', { least: SECOND, most: HOUR, words: 'PT1S to PT1H' });
}

/** An ISO 8601 duration within bounds, which may be absent. */
export function IsLength(name: string, { least, most, words }: { least: number; most: number; words: string }): PropertyDecorator {
  return both(MayBeAbsent(), DurationRule(name, { least, most, words, example: 'PT10S' }));
}

/** Rules that always go together. */
function both(...rules: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, property) => rules.forEach((rule) => rule(target, property));
}

/** Milliseconds between two polls; PT5S unless said otherwise. */
export function intervalMs(interval: string | undefined): number {
  return durationMs(interval ?? 'PT5S') ?? 5 * SECOND;
}
