import { refusalOf } from '@slipway/kernel/testing';
import { MAX_EXPANDED, MAX_WORK, VariableResolver } from './resolver';
import { variablesOf } from './variables.fixture';

const VALUES = {
  Tier: 'web',
  Empty: '',
  No: ' no ',
  Count: '5',
  Regions: 'eu,us, asia',
  'Endpoint[A].Url': 'a.example',
  'Endpoint[A].Shown': '#{Tier}@#{Endpoint[A].Url}',
  'Endpoint[B].Url': 'b.example',
  'Endpoint[B].Roles': 'r1,r2',
  'Port[web]': '80',
  'Port[containers[0]]': '81',
  Json: '[{"n":"one","tags":["q","w"],"deep":{"x":[7]}},{"n":true,"tags":[]}]',
  Map: '{"a":{"x":1},"b":null,"__proto__":"p"}',
};
const resolver = (values: Record<string, string> = VALUES, given?: Record<string, string>) =>
  new VariableResolver(variablesOf(values), { roles: [] }, given);
const expanded = (text: string) => resolver().expand(text);

describe('statements in a text', () => {
  test.each([
    ['take the branch of a truthy variable', '#{if Tier}yes#{else}no#{/if}', 'yes'],
    ['take the other branch of an empty one', '#{if Empty}yes#{else}no#{/if}', 'no'],
    ['take the other branch of an undefined one', '#{if Nobody}yes#{else}no#{/if}', 'no'],
    ['take nothing without an else', '<#{if No}yes#{/if}>', '<>'],
    ['turn a condition round', '#{unless No}yes#{else}no#{/unless}', 'yes'],
    ['compare with a quoted text', '#{if Tier == "web"}1#{/if}#{if Tier == "WEB"}2#{/if}#{if Tier != "db"}3#{/if}', '13'],
    ['compare with another variable', '#{if Tier == Tier}1#{/if}#{if Tier != Count}2#{/if}', '12'],
    ['compare after filters', '#{if Tier | ToUpper == "WEB"}1#{/if}', '1'],
    ['compare quotes inside of JSON', '#{if Tier == \\"web\\"}1#{/if}', '1'],
    ['compare a name that is put together', '#{if Port[#{Tier}] == "80"}1#{/if}', '1'],
    ['nest', '#{if Tier}#{if Empty}a#{else}#{unless Empty}b#{/unless}#{/if}#{/if}', 'b'],
    ['are known whatever their case and blanks', '#{ IF Tier }1#{ Else }2#{ /If }', '1'],
    ['go through a list with commas', '#{each r in Regions}[#{r}]#{/each}', '[eu][us][ asia]'],
    ['go through nothing', '<#{each r in Empty}x#{/each}#{each r in Nobody}x#{/each}>', '<>'],
    [
      'tell index, first and last',
      '#{each r in Regions}#{Slipway.Template.Each.Index}#{if Slipway.Template.Each.First}f#{/if}#{if Slipway.Template.Each.Last}l#{/if}#{/each}',
      '0f12l',
    ],
    ['go through an indexed set in the order defined', '#{each e in Endpoint}#{e}:#{e.Url} #{/each}', 'A:a.example B:b.example '],
    ['give the own value of an item of an indexed set, and its key', '#{each p in Port}#{p.Key}=#{p} #{/each}', 'web=80 containers[0]=81 '],
    ['expand what the parts of an item hold', '#{each e in Endpoint}#{e.Shown};#{/each}', 'web@a.example;;'],
    ['go through a part of an item', '#{each e in Endpoint}#{each r in e.Roles}#{e}#{r} #{/each}#{/each}', 'Br1 Br2 '],
    ['go through a JSON array', '#{each j in Json}#{j.n}#{each t in j.tags}<#{t}>#{/each}#{j.deep.x[0]} #{/each}', 'one<q><w>7 true '],
    ['go through a JSON object', '#{each m in Map}#{m}=#{m.Value}#{m.Value.x} #{/each}', 'a={"x":1}1 b= __proto__=p '],
    ['see names around the loop', '#{each r in Regions}#{Tier}#{/each}', 'webwebweb'],
    [
      'let an inner loop hide the word of an outer one',
      '#{each i in Regions}#{each i in Port}#{i}#{/each}#{i} #{/each}',
      '8081eu 8081us 8081 asia ',
    ],
    ['use an item in a name', '#{each p in Port}#{Port[#{p.Key}]} #{/each}', '80 81 '],
    [
      'calculate with precedence and groups',
      '#{calc Count + 2 * 3} #{calc (Count + 2) * 3} #{calc 10 % 4 * 2} #{calc 10 - 3 - 2}',
      '11 21 4 5',
    ],
    ['calculate with names in braces', '#{calc {Count}/{Port[web]}} #{calc Count-1} #{calc -1 + 0.5}', '0.0625 4 -0.5'],
  ])('%s', (_, text, expected) => {
    expect(expanded(text)).toBe(expected);
  });

  test('do not warn of what they only ask for, and ask for nothing in a branch not taken', () => {
    const used = resolver({ A: '', Loop: '#{if A}#{Loop}#{/if}' });
    expect(used.expand('#{if Nobody}#{Nobody}#{/if}#{unless Nobody}#{Loop}#{/unless}#{each x in Nobody}#{/each}')).toBe('');
    expect(used.warnings).toEqual([]);
  });

  test('warn of a calculation without a result and of a filter that does not fit', () => {
    const used = resolver();
    expect(used.expand('<#{calc Tier + 1}#{calc 1 / 0}#{calc 1.5 % 1}#{Tier | Truncate x}>', 'env A')).toBe('<>');
    expect(used.warnings).toEqual([
      'In env A: a #{calc} has no result (a text that is no number, or a division by zero), so it became empty text.',
      'In env A: Truncate cannot be applied to what Tier holds, so it became empty text.',
    ]);
  });

  test('end bombs with a clear error: of loops in loops, of loops without text, of filters', () => {
    const list = Array.from({ length: 1_000 }, (_, at) => at).join(',');
    const loops = (depth: number, body: string) => '#{each i in L}'.repeat(depth) + body + '#{/each}'.repeat(depth);
    const values = { L: list, Large: 'a'.repeat(100_000) };
    expect(refusalOf(() => resolver(values).expand(loops(9, 'x'.repeat(100))))).toMatchObject({
      code: 'variables.expansion-too-large',
      facts: { limit: MAX_EXPANDED },
    });
    expect(refusalOf(() => resolver(values).expand(loops(9, '')))).toMatchObject({
      code: 'variables.expansion-too-large',
      facts: { limit: MAX_WORK },
    });
    expect(refusalOf(() => resolver(values).expand('#{Large | Replace a #{Large}}'))!.facts).toEqual({
      variable: 'the text',
      limit: MAX_EXPANDED,
    });
    expect(refusalOf(() => resolver(values).expand(`#{L ${'| ToBase64'.repeat(100)}}`))!.code).toBe('variables.expansion-too-large');
  });

  test('take JSON nested too deep as a text', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(resolver({ Deep: deep }).expand('#{each d in Deep}#{d}#{/each}')).toBe(deep);
    const strings = JSON.stringify(['['.repeat(200)]);
    expect(resolver({ Strings: strings }).expand('#{each s in Strings}#{s}#{/each}')).toBe('['.repeat(200));
  });
});

describe('given texts', () => {
  const given = { TIER: 'given #{Count}', 'Step[Pack it. up].Output.version': '1.2', 'Slipway.Deployment.Error': '' };

  test('beat every value, whatever their case, and are not expanded again', () => {
    const used = resolver(VALUES, given);
    expect(used.resolve('tier')).toBe('given #{Count}');
    expect(used.expand('#{Tier}, #{Endpoint[A].Shown}')).toBe('given #{Count}, given #{Count}@a.example');
    expect(used.all()).toMatchObject({ Tier: 'given #{Count}', Count: '5' });
    expect(used.all()).not.toHaveProperty(['Slipway.Deployment.Error']);
  });

  test('hold outputs of steps and what Slipway says', () => {
    const used = resolver(VALUES, given);
    expect(used.expand('#{step[Pack it. up].output.VERSION}#{if Slipway.Deployment.Error}!#{/if}')).toBe('1.2');
    expect(used.expand('#{each s in Step}#{s.Key}#{/each}')).toBe('Pack it. up');
    expect(used.warnings).toEqual([]);
  });

  test('are missed with a warning that says which step has no output', () => {
    const used = resolver(VALUES, given);
    expect(used.expand('<#{Step[Pack it. up].Output.other}>', 'env V')).toBe('<>');
    expect(used.warnings).toEqual([
      '#{Step[Pack it. up].Output.other} in env V: step Pack it. up has set no output other, so it became empty text.',
    ]);
  });
});

describe('an expression', () => {
  test.each([
    ['#{Tier}', true],
    ['#{No}', false],
    ['#{Nobody}', false],
    ['Tier == "web"', true],
    [' Tier != "web" ', false],
    ['Tier | ToUpper == "WEB"', true],
    ['Step[Build].Output.changed == "true"', true],
    ['#{if Tier == "web"}true#{/if}', true],
    ['#{if Tier == "db"}true#{/if}', false],
    ['true', true],
    ['False', false],
    ['#{calc Count - 5}', false],
  ])('%s holds: %s', (expression, holds) => {
    expect(resolver(VALUES, { 'Step[Build].Output.changed': 'true' }).holds(expression)).toBe(holds);
  });
});
