import { refusalOf } from '@slipway/kernel/testing';
import { explain } from '../variables/explain';
import type { Variable } from '../variables/variable';
import { resolveVariable } from '../variables/variables.fixture';
import { checkTogether, withSets } from './included-variables';

const value = (name: string, text: string, more: Partial<Variable> = {}): Variable => ({ name, value: text, ...more });
const production = { environments: ['production'] };
const context = { environment: 'production', roles: [] };

const problems = (variables: readonly Variable[]) => {
  const refusal = refusalOf(() => checkTogether(variables));
  return refusal && { kind: refusal.kind, code: refusal.code, problems: refusal.facts['problems'] };
};

describe('a project and its sets', () => {
  const sets = [
    { slug: 'mail', variables: [value('Host', 'mail'), value('Port', '25', { scope: production }), value('From', 'ops')] },
    { slug: 'base', variables: [value('Host', 'base'), value('From', 'base'), value('Port', '80')] },
  ];
  const together = withSets([value('Host', 'project'), value('Port', '8080')], sets);

  test('are one list: the project’s values first, then those of each set, which say where they came from', () => {
    expect(together.map(({ name, value: text, set }) => [name, text, set])).toEqual([
      ['Host', 'project', undefined],
      ['Port', '8080', undefined],
      ['Host', 'mail', 'mail'],
      ['Port', '25', 'mail'],
      ['From', 'ops', 'mail'],
      ['Host', 'base', 'base'],
      ['From', 'base', 'base'],
      ['Port', '80', 'base'],
    ]);
  });

  test('rank first; of equal rank the project beats its sets, and the set included first the later ones', () => {
    expect(['Host', 'Port', 'From'].map((name) => resolveVariable(together, name, context))).toEqual(['project', '25', 'ops']);
    expect(resolveVariable(together, 'Port', { roles: [] })).toBe('8080');
  });

  test('are explained with their source and why each lost', () => {
    const told = (name: string) => explain(together, name, context).candidates.map(({ source, lostBecause }) => [source, lostBecause]);
    expect(told('host')).toEqual([
      ['project', undefined],
      ['library:mail', 'the value with no scope of project has the same rank, and the project beats its sets'],
      ['library:base', 'the value with no scope of project has the same rank, and the project beats its sets'],
    ]);
    expect(told('From')).toEqual([
      ['library:mail', undefined],
      ['library:base', 'the value with no scope of library:mail has the same rank, and its set is included before this one'],
    ]);
    expect(told('Port')).toEqual([
      ['project', 'the value with environment production of library:mail ranks higher'],
      ['library:mail', undefined],
      ['library:base', 'the value with environment production of library:mail ranks higher'],
    ]);
  });

  test('may be released together unless they refer to each other in a circle', () => {
    expect(problems(together)).toBeUndefined();
    const circle = withSets([value('A', '#{B}')], [{ slug: 'mail', variables: [value('B', '#{A}')] }]);
    expect(problems(circle)).toEqual({
      kind: 'conflict',
      code: 'release.variables',
      problems: ['the values refer to each other in a circle: A (project) → B (library:mail) → A (project)'],
    });
  });

  test('ask for one variable by one label', () => {
    const prompt = { label: 'Which?', required: false, control: 'text' as const };
    const doubled = withSets([value('A', '', { prompt })], [{ slug: 'mail', variables: [value('B', '', { prompt })] }]);
    expect(problems(doubled)).toMatchObject({
      problems: ['B (library:mail): A is asked for with this label already: choose another'],
    });
  });

  test('fit one release: 2,000 values and 256 kB together', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => value(`V${at}`, ''));
    const others = Array.from({ length: 1_000 }, (_, at) => value(`W${at}`, ''));
    expect(problems(withSets(many(1_000), [{ slug: 'mail', variables: others }]))).toBeUndefined();
    expect(problems(withSets(many(1_001), [{ slug: 'mail', variables: others }]))).toMatchObject({
      problems: [expect.stringContaining('these are 2001')],
    });
    const large = [value('L', 'x'.repeat(200_000))];
    expect(problems(withSets(large, [{ slug: 'mail', variables: [value('M', 'x'.repeat(100_000))] }]))).toMatchObject({
      problems: [expect.stringContaining('262144 bytes')],
    });
  });
});
