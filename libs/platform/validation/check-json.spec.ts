import { checkJson } from './check-json';

function refusalOf(value: unknown, prefix?: string): unknown {
  try {
    checkJson(value, prefix);
    return undefined;
  } catch (error) {
    return (error as { errors: unknown }).errors;
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { deeper: value };
  return value;
}

describe('JSON that can be kept', () => {
  it('holds any valid Unicode', () => {
    for (const text of ['', 'ä', '😀', '\u{10ffff}', '\ufeff', '\uffff', '\u0001', '\ud83d\ude00']) checkJson({ text, [text]: [text] });
  });

  it('holds no NUL and no half of a surrogate pair, in texts and in names, at any depth', () => {
    for (const bad of ['\0', 'a\0b', '\ud800', 'a\udfffb', '\ude00\ud83d', '\ud800\ud800\udc00']) {
      const message = 'holds a NUL or half a Unicode surrogate pair';
      expect(refusalOf({ steps: [{ name: 'ok' }, { 'a/b~c': bad }] })).toEqual([{ pointer: '/steps/1/a~1b~0c', message }]);
      expect(refusalOf(bad)).toEqual([{ pointer: '', message }]);
      expect(refusalOf({ inner: { [`x${bad}`]: 1 } })).toEqual([
        { pointer: '/inner', message: 'has a name with a NUL or half a Unicode surrogate pair' },
      ]);
    }
  });

  it('nests at most 32 levels, and is looked through without recursion', () => {
    checkJson(nested(32));
    expect(refusalOf(nested(33))).toEqual([{ pointer: expect.any(String), message: 'nests deeper than 32 levels' }]);
    expect(refusalOf(nested(1_000_000))).toEqual([{ pointer: expect.any(String), message: 'nests deeper than 32 levels' }]);
  });

  it('is made of a bounded number of pieces: members of one object or list, objects and lists, values', () => {
    const lists = (count: number, member: unknown) => Array.from({ length: count }, () => member);
    checkJson({ a: lists(5_000, 1) });
    expect(refusalOf({ a: lists(5_001, 1) })).toEqual([{ pointer: '/a', message: 'has more than 5000 members' }]);
    checkJson(lists(3, lists(4_999, {})));
    expect(refusalOf(lists(5, lists(4_999, {})))).toEqual([{ pointer: '', message: 'holds more than 20000 objects and lists' }]);
    checkJson(lists(19, lists(5_000, 1)));
    expect(refusalOf(lists(20, lists(5_000, 1)))).toEqual([{ pointer: '', message: 'holds more than 100000 values' }]);
  });

  it('uses no name that every JavaScript object has: some libraries would skip it, others obey it', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      const value = JSON.parse(`{"a":{"${name}":1}}`) as unknown;
      expect(refusalOf(value)).toEqual([{ pointer: `/a/${name}`, message: 'is no name that can be used' }]);
    }
  });

  it('points at query parameters and at parts of a body as its caller says', () => {
    expect(refusalOf({ text: '\0' }, '?')).toEqual([{ pointer: '?text', message: expect.any(String) }]);
    expect(refusalOf({ env: { A: '\0' } }, '/steps/0/input/')).toEqual([{ pointer: '/steps/0/input/env/A', message: expect.any(String) }]);
  });
});
