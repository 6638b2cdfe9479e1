import { refusalOf } from '@slipway/kernel/testing';
import { MAX_EXPANDED, MAX_WORK_OF_MANY, VariableResolver } from './resolver';
import type { Variable, VariableContext, VariableScope } from './variable';
import { resolveAll, resolveVariable, variablesOf } from './variables.fixture';

const here: VariableContext = { environment: 'production', roles: ['web', 'cache'], step: 'Deploy', channel: 'stable' };
const scoped = (value: string, scope?: VariableScope): Variable => ({ name: 'Port', value, ...(scope && { scope }) });

describe('the value of a variable', () => {
  test('applies when any entry of a list matches', () => {
    expect(resolveVariable([scoped('1', { environments: ['staging', 'production'] })], 'Port', here)).toBe('1');
  });

  test('applies only when every type of its scope matches', () => {
    expect(resolveVariable([scoped('1', { environments: ['production'], channels: ['beta'] })], 'Port', here)).toBeUndefined();
  });

  test.each([[{ steps: ['Deploy'] }], [{ environments: ['production'] }], [{ channels: ['stable'] }], [{ roles: ['web'] }]])(
    'does not apply when the context lacks the type: %j',
    (scope) => {
      expect(resolveVariable([scoped('1', scope)], 'Port', { roles: [] })).toBeUndefined();
    },
  );

  test('applies everywhere when a list of its scope is empty', () => {
    expect(resolveVariable([scoped('1', { environments: [] })], 'Port', { roles: [] })).toBe('1');
  });

  test('is found whatever the case of names and scopes', () => {
    expect(resolveVariable([scoped('1', { steps: ['DEPLOY'] })], 'pOrT', here)).toBe('1');
  });

  test('comes from step before role before environment before channel before no scope', () => {
    const ladder = [
      scoped('none'),
      scoped('channel', { channels: ['stable'] }),
      scoped('environment', { environments: ['production'] }),
      scoped('environment and channel', { environments: ['production'], channels: ['stable'] }),
      scoped('role', { roles: ['web'] }),
      scoped('role and environment', { roles: ['web'], environments: ['production'] }),
      scoped('step', { steps: ['Deploy'] }),
      scoped('step and channel', { steps: ['Deploy'], channels: ['stable'] }),
    ];
    const winners = ladder.map((_, index) => resolveVariable(ladder.slice(0, index + 1), 'Port', here));
    expect(winners).toEqual(ladder.map(({ value }) => value));
  });

  test('for different roles of one step is that of the role the step names first', () => {
    const perRole = [scoped('cache', { roles: ['cache'] }), scoped('web', { roles: ['web'] })];
    expect(resolveVariable(perRole, 'Port', here)).toBe('web');
    expect(resolveVariable(perRole, 'Port', { roles: ['cache', 'web'] })).toBe('cache');
  });

  test('for a role and an environment comes before one for an earlier role alone', () => {
    const values = [scoped('role', { roles: ['web'] }), scoped('both', { roles: ['cache'], environments: ['production'] })];
    expect(resolveVariable(values, 'Port', here)).toBe('both');
  });
});

describe('expanding', () => {
  test('goes through references, and through names that are put together', () => {
    const values = variablesOf({ Url: 'https://#{Host}:#{Port[#{Tier}]}', Host: '#{Tier}.example', Tier: 'web', 'Port[web]': '443' });
    expect(resolveVariable(values, 'Url', here)).toBe('https://web.example:443');
  });

  test('never expands what came out of an escape again', () => {
    expect(resolveAll(variablesOf({ A: '#{B}', B: '##{C}', C: 'no' }), here).values).toEqual({ A: '#{C}', B: '#{C}', C: 'no' });
  });

  test('gives every variable that has a value here, by its name as first defined', () => {
    const values = [
      { name: 'port', value: '80' },
      scoped('443', { environments: ['production'] }),
      { ...scoped('x', { steps: ['Other'] }), name: 'X' },
    ];
    expect(resolveAll(values, here)).toEqual({ values: { port: '443' }, warnings: [] });
  });

  test('makes a missing reference empty text and says so once', () => {
    const values: Variable[] = [
      ...variablesOf({ A: '<#{Nobody}#{nobody}#{Nobody}>', C: '#{B}' }),
      { name: 'B', value: '1', scope: { steps: ['Other'] } },
    ];
    expect(resolveAll(values, here)).toEqual({
      values: { A: '<>', C: '' },
      warnings: [
        '#{Nobody} in A: Nobody is not defined, so it became empty text.',
        '#{nobody} in A: nobody is not defined, so it became empty text.',
        '#{B} in C: B has no value that applies here, so it became empty text.',
      ],
    });
  });

  test('does not warn of a variable whose value is empty', () => {
    expect(resolveAll(variablesOf({ A: '#{B}', B: '' }), here).warnings).toEqual([]);
  });

  test('expands texts of others with the same values and names them in warnings', () => {
    const resolver = new VariableResolver(variablesOf({ A: 'a', 'N[a]': 'n' }), here);
    expect(resolver.expand('#{A} #{N[#{A}]} #{B} ##{A}', 'env GREETING')).toBe('a n  #{A}');
    expect(resolver.warnings).toEqual(['#{B} in env GREETING: B is not defined, so it became empty text.']);
  });

  test('keeps names that objects find special', () => {
    const { values } = resolveAll(
      variablesOf(JSON.parse('{"__proto__":"p","constructor":"#{__proto__}"}') as Record<string, string>),
      here,
    );
    expect(JSON.stringify(values)).toBe('{"__proto__":"p","constructor":"p"}');
  });

  test('refuses a circle and names its path', () => {
    const values = variablesOf({ Start: '#{a}', A: '#{B}', B: '#{C[#{D}]}', 'C[d]': '#{A}', D: 'd' });
    expect(refusalOf(() => resolveVariable(values, 'Start', here))).toMatchObject({
      kind: 'conflict',
      code: 'variables.cycle',
      facts: { path: ['A', 'B', 'C[d]', 'A'] },
    });
    expect(refusalOf(() => resolveVariable(variablesOf({ A: '#{a}' }), 'A', here))!.facts).toEqual({ path: ['A', 'A'] });
  });

  test('follows a chain as long as a whole set', () => {
    const chain = Array.from({ length: 2_000 }, (_, at): Variable => ({ name: `V${at}`, value: at === 1_999 ? 'end' : `#{V${at + 1}}` }));
    expect(resolveVariable(chain, 'V0', here)).toBe('end');
  });

  test('ends a doubling bomb with a clear error', () => {
    const bomb = Array.from({ length: 60 }, (_, at): Variable => ({
      name: `V${at}`,
      value: at === 0 ? 'boom' : `#{V${at - 1}}`.repeat(2),
    }));
    expect(refusalOf(() => resolveVariable(bomb, 'V59', here))).toMatchObject({
      code: 'variables.expansion-too-large',
      facts: { limit: MAX_EXPANDED },
    });
  });

  test('ends sooner where it is told that many contexts are asked for', () => {
    const loops = variablesOf({ L: 'a,'.repeat(100), B: '#{each i in L}#{each j in L}#{/each}#{/each}', Large: 'x'.repeat(200_000) });
    const resolver = () => new VariableResolver(loops, here, {}, MAX_WORK_OF_MANY);
    expect(new VariableResolver(loops, here).holds('#{B}')).toBe(false);
    expect(refusalOf(() => resolver().holds('#{B}'))).toMatchObject({
      code: 'variables.expansion-too-large',
      message: expect.stringContaining(`Expanding B takes more than ${MAX_WORK_OF_MANY} units of work`) as string,
    });
    expect(resolver().holds('#{Large}')).toBe(true);
  });

  test('ends many copies of a large value with a clear error', () => {
    const copies = Array.from({ length: 50 }, (_, at): Variable => ({ name: `V${at}`, value: '#{Large}' }));
    expect(refusalOf(() => resolveAll([{ name: 'Large', value: 'x'.repeat(100_000) }, ...copies], here))!.code).toBe(
      'variables.expansion-too-large',
    );
  });
});
