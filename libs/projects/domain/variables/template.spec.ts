import { type DomainError, isDomainError } from '@slipway/kernel';
import { isReferable, MAX_TEMPLATE_DEPTH, parseTemplate, render, targets } from './template';

const words: Record<string, string> = { Name: 'shop', B: 'x', 'A[x]': 'found', 'Connection String': 'db' };
const rendered = (text: string) => render(parseTemplate(text), (name) => words[name] ?? '');

function refusal(text: string): DomainError {
  try {
    parseTemplate(text);
  } catch (error) {
    if (isDomainError(error)) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('a text with #{Name}', () => {
  test.each([
    ['keeps text without references', 'echo ${HOME} # {x} }{ #', 'echo ${HOME} # {x} }{ #'],
    ['replaces a reference by its value', 'the #{Name}!', 'the shop!'],
    ['takes names with blanks inside and without those around them', '#{ Connection String }', 'db'],
    ['puts nested names together first', '#{A[#{B}]}', 'found'],
    ['leaves the escape ##{ as a literal #{', '##{Name} #{Name} ###{B}', '#{Name} shop ##{B}'],
    ['turns a missing name into nothing', '<#{Nobody}>', '<>'],
    ['keeps several lines', 'a\n#{Name}\r\nb', 'a\nshop\r\nb'],
    ['may be empty', '', ''],
  ])('%s', (_, text, expected) => {
    expect(rendered(text)).toBe(expected);
  });

  test('names what it refers to, folded, with patterns for names put together', () => {
    expect(targets(parseTemplate('#{Name} ##{No} #{ a[#{B}].Url }'))).toEqual([
      { exact: 'NAME' },
      { prefix: 'A[', suffix: '].URL' },
      { exact: 'B' },
    ]);
  });

  test.each([
    ['is never closed', 'one\n  #{Name', 2, 3],
    ['holds a line break', '#{Name\n}', 1, 7],
    ['holds an opening brace', '#{Na{me}', 1, 5],
    ['holds an escape', '#{A##{B}', 1, 4],
    ['names nothing', 'x #{ }', 1, 3],
    ['is nested and never closed', '#{A[#{B]', 1, 5],
  ])('is refused with line and column when a reference %s', (_, text, line, column) => {
    expect(refusal(text)).toMatchObject({ kind: 'invalid', code: 'template.syntax', facts: { line, column } });
  });

  test.each([
    '#{if Name}x#{/if}',
    '#{unless Name}',
    '#{each i in Names}',
    '#{calc 1 + 1}',
    '#{/if}',
    '#{else}',
    '#{ IF x}',
    '#{Name | ToUpper}',
    '#{Step[Pack].Output.package}',
    '#{ step[#{Which}].Output.package}',
  ])('is refused as not supported yet: %s', (text) => {
    expect(refusal(text)).toMatchObject({ kind: 'unsupported', code: 'not-supported-yet' });
  });

  test('tells names that only begin like a statement from statements', () => {
    expect(targets(parseTemplate('#{Iffy}#{elsewhere}#{each}'))).toEqual([{ exact: 'IFFY' }, { exact: 'ELSEWHERE' }, { exact: 'EACH' }]);
  });

  test('may nest names to a bounded depth, and hostile nesting ends there', () => {
    const nested = (depth: number) => '#{'.repeat(depth) + 'B' + '}'.repeat(depth);
    expect(rendered(nested(MAX_TEMPLATE_DEPTH))).toBe('');
    expect(refusal(nested(MAX_TEMPLATE_DEPTH + 1))).toMatchObject({ code: 'template.syntax', facts: { column: 65 } });
    expect(refusal('#{'.repeat(32 * 1024))).toMatchObject({ code: 'template.syntax' });
    expect(refusal('#{A[#{B}]}'.repeat(6_500) + '#{')).toMatchObject({ code: 'template.syntax' });
  });

  test('asks for each reference once', () => {
    let asked = 0;
    render(parseTemplate('#{A}#{B[#{C}]}'.repeat(4_000)), () => String(asked++));
    expect(asked).toBe(12_000);
  });
});

describe('a name', () => {
  test.each(['Name', 'Connection String', 'Shop:Db/Url', 'A[x].Url', 'Größe', '1', '__proto__', 'each', 'C-3_p.o', '名前', '"quoted"'])(
    'can be referred to: %s',
    (name) => {
      expect(isReferable(name)).toBe(true);
    },
  );

  test.each(['', ' ', ' A', 'A ', '#', 'a|b', 'a{b', 'a}b', 'if x', 'Each y', '/x', 'else', 'a\tb', 'a#{b}'])(
    'cannot be referred to: %j',
    (name) => {
      expect(isReferable(name)).toBe(false);
    },
  );
});
