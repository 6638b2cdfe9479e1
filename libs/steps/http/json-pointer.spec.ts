import { pointerPart } from '@slipway/kernel';
import { isJsonPointer, valueAt } from './json-pointer';

/** RFC 6901, section 5. */
const DOCUMENT = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'e^f': 3, 'g|h': 4, 'i\\j': 5, 'k"l': 6, ' ': 7, 'm~n': 8 };

describe('a JSON pointer', () => {
  it.each([
    ['', DOCUMENT],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('%j leads to what RFC 6901 says', (pointer, value) => {
    expect(isJsonPointer(pointer)).toBe(true);
    expect(valueAt(DOCUMENT, pointer)).toEqual(value);
  });

  it.each(['/bar', '/foo/2', '/foo/-', '/foo/01', '/foo/length', '/foo/0/0', '/constructor', '/__proto__', '/a/b'])(
    '%j leads to nothing',
    (pointer) => {
      expect(valueAt(DOCUMENT, pointer)).toBeUndefined();
    },
  );

  it.each(['foo', '/~', '/~2', '#/foo', '/a~'])('%j is none', (text) => {
    expect(isJsonPointer(text)).toBe(false);
  });

  it('takes any name as a part', () => {
    for (const name of Object.keys(DOCUMENT))
      expect(valueAt(DOCUMENT, `/${pointerPart(name)}`)).toBe(DOCUMENT[name as keyof typeof DOCUMENT]);
  });
});
