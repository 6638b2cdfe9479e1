import { isDomainError } from '@slipway/kernel';
import { refusalOf } from '@slipway/kernel/testing';
import fc from 'fast-check';
import { explain } from './explain';
import { compareRanks, mismatch, rankOf } from './scope';
import { parseTemplate } from './template';
import { ties } from './ties';
import { nameKey, type Variable, type VariableContext, type VariableScope } from './variable';
import { checkVariables } from './variable-set';
import { resolveAll, resolveVariable } from './variables.fixture';

// fast-check prints the seed and the path of a failure: give both to fc.assert to replay it.
const RUNS = { numRuns: 200 };

/** A value as the model reads it; the text is printed from it, so that the model shares no parser with what it judges. */
type Piece = string | { name: Piece[] };
const print = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece.replaceAll('#{', '##{') : `#{${print(piece.name)}}`)).join('');

const NAMES = ['A', 'b', 'C', 'D', 'N[1]', 'N[2]'];
const reference: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES, 'a', 'None').map((name): Piece => ({ name: [name] })) },
  { weight: 1, arbitrary: fc.constantFrom('A', 'B', 'C').map((name): Piece => ({ name: ['n[', { name: [name] }, ']'] })) },
);
const pieces = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom<Piece>('1', '2', '#{x}') }, { weight: 1, arbitrary: reference }), {
  maxLength: 2,
});

const some = (...entries: string[]) =>
  fc.option(fc.uniqueArray(fc.constantFrom(...entries), { maxLength: 2 }), { nil: undefined, freq: 2 });
const scope: fc.Arbitrary<VariableScope> = fc
  .record({ environments: some('dev', 'prod'), roles: some('web', 'db'), steps: some('s1', 'S2'), channels: some('beta') })
  .map((lists) => Object.fromEntries(Object.entries(lists).filter(([, list]) => list)) as VariableScope);
const entry = fc.record({ name: fc.constantFrom(...NAMES), value: pieces, scope: fc.option(scope, { nil: undefined }) });
/** Small sets in which ties and circles are frequent. */
const narrow = fc.record({ environments: some('dev', 'prod'), roles: some('web', 'db') }).map((lists) => {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list));
});
const close = fc.constantFrom<Piece>({ name: ['A'] }, { name: ['B'] }, { name: ['N[1]'] }, { name: ['n[', { name: ['B'] }, ']'] });
const entangled: fc.Arbitrary<Entry[]> = fc.array(
  fc.record({
    name: fc.constantFrom('A', 'B', 'N[1]'),
    value: fc.array(close, { maxLength: 1 }),
    scope: fc.option(narrow, { nil: undefined }),
  }),
  { maxLength: 5 },
);
type Entry = { name: string; value: Piece[]; scope: VariableScope | undefined };
const entries: fc.Arbitrary<Entry[]> = fc.array(entry, { maxLength: 7 });
const stored = (all: readonly Entry[]): Variable[] =>
  all.map(({ name, value, scope }) => ({ name, value: print(value), ...(scope && { scope }) }));

const CONTEXTS: VariableContext[] = [undefined, 'dev', 'prod'].flatMap((environment) =>
  [[], ['web'], ['db'], ['web', 'db'], ['db', 'web', 'other']].flatMap((roles) =>
    [undefined, 's1', 's2', 's3'].flatMap((step) =>
      [undefined, 'beta'].map((channel) => ({
        roles,
        ...(environment && { environment }),
        ...(step && { step }),
        ...(channel && { channel }),
      })),
    ),
  ),
);
const context = fc.constantFrom(...CONTEXTS);

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const CYCLE = 'variables.cycle';

/** Slow and obvious: a number per rank, plain recursion, nothing remembered. */
function model(all: readonly Entry[], name: string, at: VariableContext, path: readonly string[] = []): string | undefined {
  const holds = (list: readonly string[] | undefined, ...has: (string | undefined)[]) =>
    !list || list.length === 0 || list.some((asked) => has.some((held) => held !== undefined && same(asked, held)));
  const weight = ({ scope = {} }: Entry) => {
    const place = at.roles.findIndex((role) => scope.roles?.includes(role));
    const role = scope.roles?.length ? at.roles.length - place : 0;
    return (
      (scope.steps?.length ? 80_000 : 0) +
      (role ? 40_000 : 0) +
      (scope.environments?.length ? 20_000 : 0) +
      (scope.channels?.length ? 10_000 : 0) +
      role
    );
  };
  let best: Entry | undefined;
  for (const candidate of all) {
    const { environments, roles, steps, channels } = candidate.scope ?? {};
    const applies =
      holds(environments, at.environment) && holds(roles, ...at.roles) && holds(steps, at.step) && holds(channels, at.channel);
    if (same(candidate.name, name) && applies && (!best || weight(candidate) > weight(best))) best = candidate;
  }
  if (!best) return undefined;
  const key = name.toLowerCase();
  if (path.includes(key)) throw new Error(CYCLE);
  const text = (some: readonly Piece[]): string =>
    some.map((piece) => (typeof piece === 'string' ? piece : (model(all, text(piece.name), at, [...path, key]) ?? ''))).join('');
  return text(best.value);
}

const outcome = (run: () => string | undefined): string | undefined => {
  try {
    return run();
  } catch (error) {
    return `refused: ${isDomainError(error) ? error.code : (error as Error).message}`;
  }
};

const accepted = (variables: readonly Variable[]) => refusalOf(() => checkVariables(variables)) === undefined;

/** True when two values of the name apply with the highest rank. */
function tied(variables: readonly Variable[], name: string, at: VariableContext): boolean {
  const ranks = variables
    .filter((variable) => nameKey(variable.name) === nameKey(name) && mismatch(variable.scope, at) === undefined)
    .map(({ scope }) => rankOf(scope, at));
  return ranks.some((rank, index) => ranks.slice(index + 1).some((other) => compareRanks(rank, other) === 0));
}

describe('for any variables and contexts', () => {
  test('the generated sets hold ties, circles, scoped values and sets to save, so that the other tests say something', () => {
    const sets = fc.sample(fc.oneof(entries, entangled), { numRuns: 500, seed: 1 });
    const circle = (all: readonly Entry[]) =>
      CONTEXTS.some((at) => NAMES.some((name) => outcome(() => model(all, name, at))?.startsWith('refused')));
    const scoped = (all: readonly Entry[]) => all.some(({ scope }) => Object.values(scope ?? {}).some((list) => list.length > 0));
    expect(sets.filter((all) => ties(stored(all)).length > 0).length).toBeGreaterThan(50);
    expect(sets.filter(circle).length).toBeGreaterThan(50);
    expect(sets.filter((all) => accepted(stored(all)) && scoped(all)).length).toBeGreaterThan(50);
  });

  test('the resolver gives what the slow and obvious model gives', () => {
    fc.assert(
      fc.property(entries, context, fc.constantFrom(...NAMES), (all, at, name) => {
        expect(outcome(() => resolveVariable(stored(all), name, at))).toBe(outcome(() => model(all, name, at)));
      }),
      RUNS,
    );
  });

  test('explain names the value that the resolver uses', () => {
    fc.assert(
      fc.property(entries, context, fc.constantFrom(...NAMES), (all, at, name) => {
        const plain = all.map(({ name, scope }, index) => ({ name, value: String(index), ...(scope && { scope }) }));
        const { winner, candidates } = explain(plain, name, at);
        expect(winner?.value).toBe(resolveVariable(plain, name, at));
        for (const candidate of candidates) expect(candidate.lostBecause === undefined).toBe(candidate === winner);
      }),
      RUNS,
    );
  });

  test('a set is refused for a tie exactly when some context has one', () => {
    fc.assert(
      fc.property(fc.oneof(entries, entangled), (all) => {
        const variables = stored(all);
        expect(ties(variables).length > 0).toBe(CONTEXTS.some((at) => NAMES.some((name) => tied(variables, name, at))));
      }),
      RUNS,
    );
  });

  test('a set that may be saved has no tie and no circle in any context', () => {
    fc.assert(
      fc.property(fc.oneof(entries, entangled).map(stored).filter(accepted), (variables) => {
        for (const at of CONTEXTS) {
          expect(NAMES.filter((name) => tied(variables, name, at))).toEqual([]);
          expect(() => resolveAll(variables, at)).not.toThrow();
        }
      }),
      RUNS,
    );
  });

  test('a set without scopes and names put together is refused for a circle exactly when it has one', () => {
    const plain = fc.uniqueArray(entry, { selector: ({ name }) => nameKey(name), maxLength: 6 }).map((all) =>
      all.map(({ name, value }): Entry => ({
        name,
        value: value.filter((piece) => typeof piece === 'string' || piece.name.length === 1),
        scope: undefined,
      })),
    );
    fc.assert(
      fc.property(plain, (all) => {
        const circle = NAMES.some((name) => outcome(() => model(all, name, { roles: [] }))?.startsWith('refused'));
        expect(accepted(stored(all))).toBe(!circle);
      }),
      RUNS,
    );
  });

  test('any text is either read or refused with a code', () => {
    const statements = ['#{if A}', '#{else}', '#{/if}', '#{each i in A}', '#{/each}', '#{calc ', ' == ', '"', ' | ToUpper', ' 1 + (', ')'];
    const text = fc.array(fc.constantFrom('#', '{', '}', '#{', '##{', '|', '/', 'if ', 'A', '[', ' ', '\n', '\u0000', 'ß', ...statements), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (parts) => {
        expect(outcome(() => (parseTemplate(parts.join('')), 'read'))).toMatch(/^(read|refused: template\.syntax)$/);
      }),
      RUNS,
    );
  });
});
