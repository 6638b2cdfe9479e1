import { refusalOf } from '@slipway/kernel/testing';
import type { Variable, VariableScope } from './variable';
import { checkVariables } from './variable-set';

const variable = (name: string, value: string, scope?: VariableScope): Variable => ({ name, value, ...(scope && { scope }) });

const refusal = (variables: readonly Variable[]) => refusalOf(() => checkVariables(variables));
const pointers = (variables: readonly Variable[]) => refusal(variables)!.errors.map(({ pointer }) => pointer);

describe('saving variables', () => {
  test('accepts nothing at all, and values told apart by their scopes', () => {
    expect(() => checkVariables([])).not.toThrow();
    expect(() =>
      checkVariables([
        variable('Port', '80'),
        variable('port', '#{Tls}', { environments: ['production'] }),
        variable('Port', '81', { environments: ['staging'] }),
        variable('Port', '82', { environments: ['staging'], roles: ['web'] }),
        variable('Tls', '443'),
      ]),
    ).not.toThrow();
  });

  test('accepts one value for each role, since the order of a step’s roles decides between them', () => {
    expect(() => checkVariables([variable('Port', '80', { roles: ['web'] }), variable('Port', '81', { roles: ['db'] })])).not.toThrow();
  });

  test('refuses a value that asks for what Slipway gives neither deployments nor version templates', () => {
    const fine = ['#{Slipway.Environment}', '1.#{Slipway.Version.NextPatch}', '#{each i in B}#{Slipway.Template.Each.Index}#{/each}'];
    expect(() => checkVariables(fine.map((value, at) => variable(`A${at}`, value)))).not.toThrow();
    expect(refusal([variable('A', 'x'), variable('B', '#{Slipway.Machine.Name}')])?.errors).toEqual([
      { pointer: '/variables/1/value', message: expect.stringContaining('there is no Slipway.Machine.Name') as string },
    ]);
  });

  test('names every problem with a pointer into the body', () => {
    const { kind, code, errors } = refusal([
      variable('', 'x'),
      variable('n'.repeat(201), 'x'),
      variable('a\nb', 'x'),
      variable('a|b', 'x'),
      variable('Ok', 'one\n#{Open'),
      variable('Later', '#{if A}'),
      variable('Slipway.Mine', 'x'),
      variable('step[Pack].Output.x', 'x'),
      variable('Self', '#{self}'),
      variable('OK', 'again'),
    ])!;
    expect({ kind, code }).toEqual({ kind: 'invalid', code: 'variables.invalid' });
    expect(errors.map(({ pointer }) => pointer)).toEqual([
      '/variables/0/name',
      '/variables/1/name',
      '/variables/2/name',
      '/variables/3/name',
      '/variables/6/name',
      '/variables/7/name',
      '/variables/4/value',
      '/variables/5/value',
      '/variables/9/name',
      '/variables/8/value',
    ]);
    expect(errors[6]?.message).toContain('line 2, column 1');
  });

  test('follows references inside of statements, filters and loops for circles', () => {
    expect(pointers([variable('A', '#{if B == "x"}y#{else}#{A}#{/if}')])).toEqual(['/variables/0/value']);
    expect(pointers([variable('A', '#{B | Replace "x" #{A}}'), variable('B', '1')])).toEqual(['/variables/0/value']);
    expect(pointers([variable('A', '#{calc B + 1}'), variable('B', '#{unless A}1#{/unless}')])).toEqual(['/variables/0/value']);
    expect(pointers([variable('All', '#{each i in X}#{i.Url}#{/each}'), variable('X[a].Url', '#{All}')])).toEqual(['/variables/0/value']);
    expect(() => checkVariables([variable('X[a].All', '#{each i in X}#{i.Url}#{/each}'), variable('X[a].Url', '1')])).not.toThrow();
  });

  test.each<[string, VariableScope | undefined, VariableScope | undefined, string]>([
    ['no scope', undefined, undefined, '/variables/1/name'],
    ['no scope and an empty one', undefined, { roles: [] }, '/variables/1/scope'],
    ['an environment in common', { environments: ['dev', 'qa'] }, { environments: ['QA', 'prod'] }, '/variables/1/scope'],
    ['a role in common', { roles: ['web', 'db'] }, { roles: ['db'] }, '/variables/1/scope'],
    ['something in common in every type', { steps: ['a'], channels: ['x'] }, { steps: ['A', 'b'], channels: ['x'] }, '/variables/1/scope'],
  ])('refuses two values of equal rank with %s', (_, first, second, pointer) => {
    const { errors } = refusal([variable('A', '1', first), variable('a', '2', second)])!;
    expect(errors).toEqual([{ pointer, message: expect.stringContaining('/variables/0 (A, ') as string }]);
  });

  test.each<[string, VariableScope, VariableScope]>([
    ['for different environments', { environments: ['dev'] }, { environments: ['prod'] }],
    ['of different rank', { environments: ['dev'] }, { channels: ['x'] }],
    [
      'with several entries, none in common',
      { environments: ['a', 'b'], steps: ['s', 't'] },
      { environments: ['c', 'a'], steps: ['u', 'v'] },
    ],
    ['that differ in one type', { environments: ['dev'], steps: ['a'] }, { environments: ['dev'], steps: ['b'] }],
  ])('accepts two values %s', (_, first, second) => {
    expect(() => checkVariables([variable('A', '1', first), variable('A', '2', second)])).not.toThrow();
  });

  test('accepts a value that shares one type with one value and the other type with another', () => {
    const scopes = [
      { environments: ['a', 'x'], steps: ['u', 'v'] },
      { environments: ['c', 'd'], steps: ['s', 'w'] },
      { environments: ['a', 'b'], steps: ['s', 't'] },
    ];
    expect(() => checkVariables(scopes.map((scope) => variable('A', '1', scope)))).not.toThrow();
  });

  test('names the whole circle', () => {
    expect(refusal([variable('X', '1'), variable('A', '#{b}'), variable('B', '#{C}'), variable('C', '#{A}')])!.errors).toEqual([
      {
        pointer: '/variables/1/value',
        message:
          'the values refer to each other in a circle: A (/variables/1) → B (/variables/2) → C (/variables/3) → A (/variables/1); break it',
      },
    ]);
  });

  test('names every circle', () => {
    expect(pointers([variable('A', '#{A}'), variable('B', '#{C}'), variable('C', '#{B}')])).toEqual([
      '/variables/0/value',
      '/variables/1/value',
    ]);
  });

  test('follows names that are put together wherever they may lead', () => {
    expect(pointers([variable('Url', '#{Port[#{E}]}'), variable('Port[a]', '#{Url}'), variable('E', 'a')])).toEqual(['/variables/0/value']);
    expect(() => checkVariables([variable('Port', '#{Port[#{E}]}'), variable('Port[a]', '1'), variable('E', 'a')])).not.toThrow();
  });

  test.each<[string, VariableScope, VariableScope]>([
    ['environments', { environments: ['dev'] }, { environments: ['prod'] }],
    ['steps', { steps: ['a'] }, { steps: ['b'] }],
    ['channels', { channels: ['a'] }, { channels: ['b'] }],
  ])('accepts a circle that no context closes, for different %s', (_, first, second) => {
    expect(() => checkVariables([variable('A', '#{B}', first), variable('B', '#{C}'), variable('C', '#{A}', second)])).not.toThrow();
  });

  test('refuses a circle that one environment closes', () => {
    const values = [
      variable('A', '#{B}', { environments: ['dev', 'prod'] }),
      variable('B', '#{C}'),
      variable('C', '#{A}', { environments: ['PROD'] }),
    ];
    expect(pointers(values)).toEqual(['/variables/0/value']);
  });

  test('refuses a circle through different roles, since a step may have both', () => {
    expect(pointers([variable('A', '#{B}', { roles: ['web'] }), variable('B', '#{A}', { roles: ['db'] })])).toEqual(['/variables/0/value']);
  });

  test('accepts 2,000 values and 256 kB of JSON, and not one more', () => {
    const many = Array.from({ length: 2_000 }, (_, at) => variable(`V${at}`, 'x'));
    expect(() => checkVariables(many)).not.toThrow();
    expect(refusal([...many, variable('One', 'more')])).toMatchObject({
      kind: 'invalid',
      code: 'variables.too-large',
      facts: { values: 2_001 },
    });
    const frame = Buffer.byteLength(JSON.stringify([variable('A', '')]));
    expect(() => checkVariables([variable('A', 'x'.repeat(256 * 1024 - frame))])).not.toThrow();
    expect(refusal([variable('A', 'x'.repeat(256 * 1024 - frame + 1))])).toMatchObject({ code: 'variables.too-large' });
  });
});
