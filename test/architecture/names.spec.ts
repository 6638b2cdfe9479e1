import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

const under = (folder: string): string[] =>
  existsSync(join(ROOT, folder))
    ? readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    : [];
const FILES = ['apps', 'libs', 'test', 'bench'].flatMap(under);
const SOURCES = FILES.filter((file) => /\.(ts|js)$/.test(file));
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** What a file is, said after the dot. A new kind of file is added here, once the tree has a place for it. */
const ROLES = [
  ...['contract', 'commands', 'events', 'samples', 'decider', 'module', 'controller', 'query', 'reader', 'tables', 'grammar'],
  ...['filter', 'interceptor', 'pipe', 'guard'],
  // Types of somebody else's module.
  'd',
  // The last four: suites that need a server of that kind, as test/support/server-suites.js knows them.
  ...['spec', 'fixture', 'property', 'postgres', 'kafka', 'eventstoredb', 'cluster'],
];

/** The rules of the field's words: a file says what it does, not that it does something. */
describe('the name of a file', () => {
  it('is in kebab-case, with what the file is after a dot', () => {
    const named = new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*(\\.(${ROLES.join('|')}))*\\.(ts|js)$`);
    expect(SOURCES.filter((file) => !named.test(basename(file)))).toEqual([]);
  });

  it.each(['service', 'manager', 'helper', 'helpers', 'util', 'utils', 'misc', 'common'])('does not hide behind the word %s', (word) => {
    const hidden = new RegExp(`(^|[-./])${word}([-./]|$)`);
    expect(FILES.filter((file) => hidden.test(file))).toEqual([]);
  });
});

describe('a slice', () => {
  const slices = [...new Set(FILES.flatMap((file) => /^libs\/([^/]+)\/domain\//.exec(file)?.[1] ?? []))];

  it.each(slices)('%s says in its contract what others may import', (slice) => {
    expect(FILES).toContain(`libs/${slice}/contract.ts`);
  });

  const deciders = FILES.filter((file) => file.endsWith('.decider.ts'));

  it.each(deciders)('specifies %s beside it', (decider) => {
    const folder = dirname(decider);
    const name = basename(decider, '.decider.ts');
    const imports = new RegExp(`from '\\./${name}\\.(decider|fixture)'`);
    const specs = FILES.filter((file) => dirname(file) === folder && file.endsWith('.spec.ts') && imports.test(textOf(file)));
    expect(specs).not.toEqual([]);
  });
});

/** What would switch a check off unseen. (Written so that this file does not find itself.) */
describe('no source', () => {
  it.each([
    ['leaves a test out or runs one alone', /\b(?:it|test|describe)\.(?:only|skip|todo)\b|\b[fx](?:it|test|describe)\(/],
    ['silences a rule in its line', /eslint[-]disable|istanbul[ ]ignore/],
    ['silences the compiler', /@ts-(?:ignore|expect-error|nocheck)/],
    ['leaves work for later', /\b(?:TO[D]O|FIX[M]E|XX[X])\b/],
    ['replaces our own code in a test', /\bjest\.(?:mock|doMock|spyOn)\(/],
  ])('%s', (_what, pattern) => {
    const found = SOURCES.flatMap((file) =>
      textOf(file)
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });
});
