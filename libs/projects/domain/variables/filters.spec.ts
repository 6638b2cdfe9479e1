import { VariableResolver } from './resolver';

const filtered = (value: string, filters: string) => {
  const resolver = new VariableResolver([], { roles: [] }, { V: value, Two: '2' });
  const text = resolver.expand(`#{V | ${filters}}`);
  return resolver.warnings.length > 0 ? undefined : text;
};

describe('a filter', () => {
  test.each([
    ['ToLower', 'ÄB', 'äb'],
    ['toupper', 'äb', 'ÄB'],
    ['ToBase64', 'Bär', 'QsOkcg=='],
    ['ToBase64 unicode', 'B', 'QgA='],
    ['FromBase64', 'QsOkcg==', 'Bär'],
    ['FromBase64 Unicode', 'QgA=', 'B'],
    ['HtmlEscape', `<a href="/">&'`, '&lt;a href=&quot;&#x2F;&quot;&gt;&amp;&apos;'],
    ['XmlEscape', '</a>', '&lt;/a&gt;'],
    ['JsonEscape', 'a"\\\n\u0001', 'a\\"\\\\\\n\\u0001'],
    ['YamlSingleQuoteEscape', "bee's\nknees\r\n\r\nx", "bee''s\n\nknees\r\n\r\n\r\nx"],
    ['YamlDoubleQuoteEscape', 'a"\\\té\u0007', 'a\\"\\\\\\t\\u00e9\\u0007'],
    ['PropertiesKeyEscape', 'Hey: x=y', 'Hey\\:\\ x\\=y'],
    ['PropertiesValueEscape', ' a\\b=c d\n€', '\\ a\\\\b=c d\\n\\u20ac'],
    ['Trim', '  x ', 'x'],
    ['Trim start', '  x ', 'x '],
    ['Trim End', '  x ', '  x'],
    ['Truncate 7', 'Octopus Deploy', 'Octopus...'],
    ['Truncate 20', 'Octopus Deploy', 'Octopus Deploy'],
    ['Truncate #{Two}', 'abc', 'ab...'],
    ['Substring 3', 'abcdef', 'abc'],
    ['Substring 2 3', 'abcdef', 'cde'],
    ['Replace ";" ", "', '1;2;3', '1, 2, 3'],
    ['Replace . ""', '1.2.3', '123'],
    ['Replace "a b" #{Two}', 'a ba b', '22'],
    ['Format C', '4.3', '$4.30'],
    ['Format N1', '-1234.56', '-1,234.6'],
    ['Format D5', '42', '00042'],
    ['Format x4', '255', '00ff'],
    ['Format P0', '0.25', '25 %'],
    ['Format E2', '12345', '1.23E+004'],
    ['Format 0.00', '3', '3.00'],
    ['Format "#,##0.##"', '1234.5', '1,234.5'],
    ['Format 0%', '0.5', '50%'],
    ['Format yyyy', '2030/05/22 09:05:00', '2030'],
    ['Format "MM/dd/yyyy"', '2030-05-22', '05/22/2030'],
    ['Format "hh:mm:ss tt zzz"', '2030-05-22T21:05:09+02:00', '09:05:09 PM +02:00'],
    ['Format "ddd d. MMMM \'at\' H"', '2030-05-22T09:00:00', 'Wed 22. May at 9'],
    ['Format DateTimeOffset o', '2030-05-22T09:05:00.123Z', '2030-05-22T09:05:00.123+00:00'],
    ['Format Int32 000', '7', '007'],
    ['Replace a b | ToUpper | Truncate 1', 'aa', 'B...'],
  ])('%s', (filters, value, expected) => {
    expect(filtered(value, filters)).toBe(expected);
  });

  test.each([
    ['ToBase64 latin', 'x'],
    ['FromBase64', 'no base 64!'],
    ['FromBase64 latin', 'QgA='],
    ['Trim middle', 'x'],
    ['Truncate -1', 'x'],
    ['Truncate #{V}', 'x'],
    ['Substring 4', 'abc'],
    ['Substring 2 2', 'abc'],
    ['Replace "" x', 'abc'],
    ['Format C', 'abc'],
    ['Format D2', '1.5'],
    ['Format N21', '1'],
    ['Format P99', '1'],
    ['Format constructor', '2030-05-22'],
    ['Format __proto__', '2030-05-22'],
    ['Format Q', '1'],
    ['Format Color yyyy', '2030-05-22'],
    ['Format Date C', '4.3'],
    ['Format Int32 0', '2030-05-22'],
    ['Format q', '2030-05-22'],
    ['Format ""', '2030-05-22'],
    ['Format yyyy', '2030-02-30'],
  ])('%s becomes empty text with a warning where it does not fit', (filters, value) => {
    expect(filtered(value, filters)).toBeUndefined();
  });
});
