import { refusalOf } from '@slipway/kernel/testing';
import { Renderer } from './render';
import { isReferable, MAX_TEMPLATE_DEPTH, parseExpression, parseTemplate } from './template';
import { targets } from './template-targets';
import { VariableResolver } from './resolver';

const words: Record<string, string> = { Name: 'shop', B: 'x', 'A[x]': 'found', 'Connection String': 'db' };
const rendered = (text: string) => new VariableResolver([], { roles: [] }, words).expand(text);

const refusal = (text: string, read: (text: string) => unknown = parseTemplate) => refusalOf(() => read(text));
const parses = (text: string) => refusal(text) === undefined;

describe('a text with #{Name}', () => {
  test.each([
    ['keeps text without references', 'echo ${HOME} # {x} }{ #', 'echo ${HOME} # {x} }{ #'],
    ['replaces a reference by its value', 'the #{Name}!', 'the shop!'],
    ['takes names with blanks inside and without those around them', '#{ Connection String }', 'db'],
    ['puts nested names together first', '#{A[#{B}]}', 'found'],
    ['leaves the escape ##{ as a literal #{', '##{Name} #{Name} ###{B}', '#{Name} shop ##{B}'],
    ['turns a missing name into nothing', '<#{Nobody}>', '<>'],
    ['takes names with line breaks around them', '#{\n  Name\n}', 'shop'],
    ['keeps several lines', 'a\n#{Name}\r\nb', 'a\nshop\r\nb'],
    ['may be empty', '', ''],
  ])('%s', (_, text, expected) => {
    expect(rendered(text)).toBe(expected);
  });

  test('names what it refers to, folded, with patterns for names put together', () => {
    expect(targets(parseTemplate('#{Name} ##{No} #{ a[#{B}].Url }'))).toEqual([
      { exact: 'NAME', written: 'Name' },
      { prefix: 'A[', suffix: '].URL' },
      { exact: 'B', written: 'B' },
    ]);
  });

  test('names what it refers to inside of statements, filters and calculations too', () => {
    const names = (text: string) => targets(parseTemplate(text)).map((target) => ('exact' in target ? target.exact : target));
    expect(names('#{if A == B}#{C}#{else}#{D}#{/if}#{unless E != "x"}#{F}#{/unless}')).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
    expect(names('#{A | Replace #{B} "x" | ToLower}#{calc a1 + (a2 * 3)}')).toEqual(['A', 'B', 'A1', 'A2']);
    expect(names('#{each i in X}#{i.Url}#{j}#{/each}')).toEqual(['X', 'I.URL', 'J', { prefix: 'X[', suffix: '].URL' }]);
  });

  test.each([
    ['is never closed', 'one\n  #{Name', 2, 3],
    ['holds a line break', '#{Na\nme}', 1, 5],
    ['holds an opening brace', '#{Na{me}', 1, 5],
    ['holds an escape', '#{A##{B}', 1, 4],
    ['names nothing', 'x #{ }', 1, 3],
    ['names nothing but filters', 'x #{ | ToUpper}', 1, 3],
    ['is nested and never closed', '#{A[#{B]}', 1, 1],
    ['has no filter of that name', '#{A | ToUper}', 1, 7],
    ['gives a filter too few arguments', '#{A | ToUpper | Truncate}', 1, 17],
    ['gives a filter too many arguments', '#{A | ToUpper x}', 1, 7],
    ['quotes a reference', '#{A | Truncate "#{B}"}', 1, 16],
    ['never closes a quoted text', '#{A | Truncate "3}', 1, 1],
  ])('is refused with line and column when a reference %s', (_, text, line, column) => {
    expect(refusal(text)).toMatchObject({ kind: 'invalid', code: 'template.syntax', facts: { line, column } });
  });

  test.each([
    ['compares where only a name can stand', 'x #{A == "y"}', 3],
    ['is never ended', 'x #{if A}y', 3],
    ['is ended by the end of another', '#{if A}#{/each}', 8],
    ['has two branches too many', '#{if A}#{else}#{else}#{/if}', 15],
    ['loops with an else', '#{each i in A}#{else}#{/each}', 15],
    ['ends nothing', 'x#{/if}', 2],
    ['branches nothing', '#{else}', 1],
    ['asks for nothing', '#{if }x#{/if}', 1],
    ['asks for the variable that another names', '#{if #{A}}x#{/if}', 6],
    ['compares with nothing', '#{if A == }x#{/if}', 1],
    ['loops without an item', '#{each in A}#{/each}', 1],
    ['loops over nothing', '#{each i in }#{/each}', 1],
    ['calculates with a missing number', '#{calc 1 + }', 12],
    ['never closes a group', '#{calc (1 + 2}', 14],
  ])('is refused with line and column when a statement %s', (_, text, column) => {
    expect(refusal(text)).toMatchObject({ kind: 'invalid', code: 'template.syntax', facts: { line: 1, column } });
  });

  test.each(['NowDate', 'nowdateutc'])('is refused when it asks for the time: %s', (filter) => {
    expect(refusal(`#{ | ${filter} | Format yyyy}`)?.message).toContain('the same text at any time');
  });

  test('tells names that only begin like a statement from statements', () => {
    expect(targets(parseTemplate('#{Iffy}#{elsewhere}#{each}'))).toMatchObject([
      { exact: 'IFFY' },
      { exact: 'ELSEWHERE' },
      { exact: 'EACH' },
    ]);
  });

  test('may nest names to a bounded depth, and hostile nesting ends there', () => {
    const nested = (depth: number) => '#{'.repeat(depth) + 'B' + '}'.repeat(depth);
    expect(rendered(nested(MAX_TEMPLATE_DEPTH))).toBe('');
    expect(refusal(nested(MAX_TEMPLATE_DEPTH + 1))).toMatchObject({ code: 'template.syntax', facts: { column: 65 } });
    expect(refusal('#{'.repeat(32 * 1024))).toMatchObject({ code: 'template.syntax' });
    expect(refusal('#{A[#{B}]}'.repeat(6_500) + '#{')).toMatchObject({ code: 'template.syntax' });
  });

  test('may nest statements to the same depth', () => {
    const nested = (depth: number) => '#{if B}'.repeat(depth) + 'in' + '#{/if}'.repeat(depth);
    expect(rendered(nested(MAX_TEMPLATE_DEPTH))).toBe('in');
    expect(refusal(nested(MAX_TEMPLATE_DEPTH + 1))).toMatchObject({ code: 'template.syntax', facts: { column: 225 } });
    for (const hostile of ['#{if B}', '#{each i in B}', '#{calc (', '#{B | Replace #{']) {
      expect(refusal(hostile.repeat(16 * 1024))).toMatchObject({ code: 'template.syntax' });
    }
    expect(refusal(`#{calc ${'('.repeat(64 * 1024)}`)).toMatchObject({ code: 'template.syntax' });
  });

  test('is read in linear time, however it is made', () => {
    const texts = ['#{if B == "x"}y#{else}#{/if}', '#{B | Replace "a" b | Trim}', '#{calc 1 + {B} * 2}', '#{ B ', '##{'].map((text) =>
      text.repeat(8_000),
    );
    for (const text of [...texts, `#{calc ${'1+'.repeat(60_000)}1}`, `#{if ${' '.repeat(200_000)}B}#{/if}`])
      expect(() => parses(text)).not.toThrow();
  });

  test('asks for each reference once, and only for those of the branch that it takes', () => {
    const asked: string[] = [];
    const names = {
      *text(name: string) {
        asked.push(name);
        return name;
      },
      *items() {
        return [];
      },
    };
    const renderer = new Renderer({ take: () => undefined, work: () => undefined, warn: () => undefined });
    renderer.text(parseTemplate('#{A}#{B[#{C}]}'.repeat(4_000)), names).next();
    expect(asked).toHaveLength(12_000);
    asked.length = 0;
    renderer.text(parseTemplate('#{if A}#{B}#{else}#{C}#{/if}#{unless D}#{E}#{else}#{F}#{/unless}'), names).next();
    expect(asked).toEqual(['A', 'B', 'D', 'F']);
  });
});

describe('an expression', () => {
  test.each(['#{Go}', 'A == "x"', ' A != B ', 'A | ToLower == "x"', '#{if A == "x"}true#{/if}', 'true', ' False ', '#{A}#{B}'])(
    'is read: %s',
    (text) => {
      expect(() => parseExpression(text)).not.toThrow();
    },
  );

  test.each(['', ' ', 'Go', 'yes', 'not #{Go}', '#{A} == "x"', 'A ==', 'A == "x" or B', 'A == "x', '#{A'])(
    'is refused, with its place: %j',
    (text) => {
      expect(refusal(text, parseExpression)).toMatchObject({ kind: 'invalid', code: 'template.syntax', facts: { line: 1 } });
    },
  );
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
