import type { Random } from '@slipway/kernel';

const HOSTILE: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1,
  1.5,
  1e308,
  9_007_199_254_740_993,
  '',
  ' ',
  '0',
  'null',
  'x'.repeat(300),
  'é',
  '😀',
  '\u202e',
  '\u0001',
  '\0',
  '\ud800',
  'a\ndc00',
  '__proto__',
  'constructor',
  '../..',
  '%00',
  '#{',
  '#{A}',
  '##{',
  '#{A | Filter}',
  '<script>',
  "'; DROP TABLE x; --",
  '2026-01-05T08:00:00Z',
  '9999-12-31T23:59:59Z',
  'PT1H',
  'P1Y',
  '1.0.0',
  'development',
  'staging',
  'shop',
  'Deploy',
  [],
  {},
  [[]],
  [null],
  [{}],
  [[[[]]]],
  { a: { b: { c: {} } } },
  ['a', 'a'],
];

/** Names that mean something to somebody. */
const NAMES = [
  'slug',
  'name',
  'steps',
  'input',
  'run',
  'env',
  'scope',
  'value',
  'phases',
  'environment',
  'to',
  'at',
  'exclude',
  'version',
  'meta',
  'recall',
  'zebra',
  '',
  'a/b',
  '~',
  'length',
  '0',
  '__proto__',
  'constructor',
  'toString',
  'then',
];

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'content-type': [
    'application/json',
    'application/json;charset=utf-8',
    'text/plain',
    '',
    'application/json; charset=',
    'APPLICATION/JSON',
    '*/*',
  ],
  'if-match': ['"0"', '"1"', '*', 'x', '""', 'W/"3"', '"-1"', '"0", "1"'],
  'idempotency-key': ['k1', 'k2', 'k3', '', 'x'.repeat(300), '\u00e4'],
  'slipway-actor': ['ada', '', 'slipway/x', '\u00ff', 'x'.repeat(200)],
  'x-correlation-id': ['', '\u00ff\u00ff', 'x'.repeat(2_000)],
  accept: ['application/x-ndjson', 'text/html', 'x', ''],
  'content-encoding': ['gzip', 'identity', 'br'],
  traceparent: ['x', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
};

/** Parameters that some query has, and that none has. */
const QUERIES = ['atLeast', 'limit', 'cursor', 'state', 'zebra', '__proto__', ''];

const QUERY_VALUES = [
  '',
  '0',
  '1',
  '5',
  '-1',
  '200',
  '201',
  'x',
  'staging',
  'succeeded',
  '1.0.0',
  '%00',
  '%ff',
  '%',
  '%F0%9F%98%80',
  '2026-01-05T08:00:00Z',
  '9999999999999999999',
  'W10',
  'WyJzaG9wIl0',
  'W251bGxd',
  'W3sicG9zaXRpb24iOiI5MjIzMzcyMDM2ODU0Nzc1ODA4In1d',
  '[]',
  'true',
];

const SEGMENTS = [
  '',
  '.',
  '..',
  'x',
  'shop',
  '1.0.0',
  'Shop',
  '%00',
  '%ff',
  '%2F',
  '%zz',
  '%F0%9F%98%80',
  'x'.repeat(600),
  '__proto__',
  'releases',
  'default',
];

/** Requests that are almost right. The same chance gives the same requests. */
export class RequestMutations {
  constructor(private readonly chance: Random) {}

  below(count: number): number {
    return Math.floor(this.chance.fraction() * count);
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }

  maybe(probability: number): boolean {
    return this.chance.fraction() < probability;
  }

  /** JSON text, mostly of a valid body with a few members changed; sometimes broken as text. */
  body(valid: unknown): string {
    let value: unknown = structuredClone(valid ?? {});
    for (let changes = this.below(4); changes > 0; changes -= 1) value = this.changed(value);
    const text = JSON.stringify(value) ?? 'null';
    if (!this.maybe(0.1)) return text;
    const at = this.below(text.length + 1);
    return this.one([
      text.slice(0, at),
      `${text.slice(0, at)}${this.one(['"', '{', '\\', '\\u0000', '\\ud800', ',', '\u0000'])}${text.slice(at)}`,
      text + text,
    ]);
  }

  /** The path with, now and then, another segment, or with query parameters: mostly some that are offered. */
  path(path: string, withQuery: number, offered: readonly string[]): string {
    const parts = path.split('/');
    const address = this.maybe(0.15) ? parts.with(1 + this.below(parts.length - 1), this.one(SEGMENTS)).join('/') : path;
    if (!this.maybe(withQuery)) return address;
    const query = Array.from({ length: 1 + this.below(3) }, () => this.parameter(offered));
    return `${address}${address.includes('?') ? '&' : '?'}${query.join('&')}`;
  }

  private parameter(offered: readonly string[]): string {
    const names = offered.length > 0 && this.maybe(0.8) ? offered : QUERIES;
    return `${this.one(names)}=${this.one(QUERY_VALUES)}`;
  }

  headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    while (this.maybe(0.25)) {
      const name = this.one(Object.keys(HEADERS));
      headers[name] = this.one(HEADERS[name]!);
    }
    return headers;
  }

  /** The value with one thing changed, somewhere in it. */
  private changed(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || this.maybe(0.15)) return this.one(HOSTILE);
    if (Array.isArray(value)) return this.changedList(value);
    const names = Object.keys(value);
    const name = names.length > 0 && this.maybe(0.75) ? this.one(names) : this.one(NAMES);
    const rest = Object.entries(value).filter(([known]) => known !== name);
    if (this.maybe(0.15)) return Object.fromEntries(rest);
    return Object.fromEntries([...rest, [name, this.changed((value as Record<string, unknown>)[name])]]);
  }

  private changedList(list: readonly unknown[]): unknown {
    const at = this.below(list.length + 1);
    if (this.maybe(0.2)) return [...list, ...list];
    if (at === list.length || this.maybe(0.1)) return [...list, this.one(HOSTILE)];
    return list.with(at, this.changed(list[at]));
  }
}
