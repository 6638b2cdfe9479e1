import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { PrometheusMetrics } from '@slipway/adapters/metrics/prometheus/prometheus-metrics';
import { readSettings } from '@slipway/platform';
import { exposition } from '../support/exposition';

const ROOT = join(__dirname, '..', '..');
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const DECISIONS = PAGES.filter((page) => /^docs\/decisions\//.test(page));

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const isThere = (path: string): boolean => existsSync(join(ROOT, path));
/** Code blocks show what people type and see: no links, no headings. */
const proseOf = (page: string): string => textOf(page).replace(/^```[^]*?^```$/gm, '');

/** As GitHub makes them: lower case, no punctuation, hyphens for blanks. */
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Relative links: the page or file that each leads to, and the heading in it. */
function linksOf(page: string): { link: string; to: string; anchor: string }[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor = ''] = link.split('#');
      return { link, to: path === '' ? page : normalize(join(dirname(page), path)), anchor };
    });
}

/** `a/{b,c}` names two paths; what comes after a placeholder (`<port>`, `*`) can be anything. */
function pathsIn(code: string): string[] {
  const [, before, list, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(code) ?? [];
  if (list !== undefined) return list.split(',').flatMap((one) => pathsIn(`${before}${one}${after}`));
  return [/[<*]/.test(code) ? code.replace(/[^/]*[<*].*$/, '') : code];
}

function codesOf(page: string): string[] {
  return [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

describe.each(PAGES)('%s', (page) => {
  it('links to what is there', () => {
    const broken = linksOf(page).filter(({ to, anchor }) => !isThere(to) || (anchor !== '' && !anchorsOf(to).includes(anchor)));
    expect(broken.map(({ link }) => link)).toEqual([]);
  });

  it('names files and folders that are there', () => {
    const named = codesOf(page).filter((code) => /^(apps|libs|test|docs|scripts|\.ci)\/\S+$/.test(code));
    expect(named.filter((code) => !pathsIn(code).every(isThere))).toEqual([]);
  });

  it('names npm scripts that are there', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...textOf(page).matchAll(/\bnpm (?:run ([a-z:]+)|(start|test)\b)/g)].map(([, run, short]) => run ?? short ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('the decisions', () => {
  it('are numbered without gaps, and named so', () => {
    const numbers = DECISIONS.map((page) => Number(/\/(\d{3})-[a-z0-9-]+\.md$/.exec(page)?.[1])).sort((a, b) => a - b);
    expect(numbers).toEqual(DECISIONS.map((_, index) => index + 1));
  });

  it.each(DECISIONS)('%s is a short page, with its number in the title', (page) => {
    const lines = textOf(page).trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(lines[0]).toMatch(new RegExp(`^# ${/(\d{3})-/.exec(page)?.[1]} `));
  });
});

it('every page can be reached from docs/README.md', () => {
  const reached = linksOf(join('docs', 'README.md')).map(({ to }) => to);
  expect(PAGES.filter((page) => page !== join('docs', 'README.md') && !reached.includes(page))).toEqual([]);
});

describe('the table of settings', () => {
  const rows = new Map(
    [...textOf('docs/operations.md').matchAll(/^\| `([A-Z_]+)` \| `([^`]*)` \| .+ \|$/gm)].map(([, name, value]) => [name, value]),
  );
  const { settings } = readSettings({});

  it('has every setting, and no other', () => {
    expect([...rows.keys()].toSorted()).toEqual(Object.keys(settings).toSorted());
  });

  it.each(Object.entries(settings))('tells the default of %s', (name, value: unknown) => {
    expect(rows.get(name)).toBe(String(value));
  });
});

it('the table of figures has every metric, and no other', async () => {
  const told = [...textOf('docs/operations.md').matchAll(/^\| `(slipway_[a-z_]+)[`{]/gm)].map(([, name]) => name);
  const { families } = exposition((await new PrometheusMetrics({ version: '1', process: 'api' }).page()).body);
  const names = [...families.keys()].filter((name) => name.startsWith('slipway_'));
  expect(told.sort()).toEqual(names.sort());
});
