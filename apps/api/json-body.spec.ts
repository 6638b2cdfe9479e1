import { jsonBody } from './json-body';

const bodyOf = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
  jsonBody({ headers: { 'content-type': 'application/json', ...headers } }, Buffer.from(body as string));

describe('the body of a request', () => {
  it('is JSON in UTF-8, and none when it is empty', () => {
    expect(bodyOf('{"a":["ä😀"]}')).toEqual({ a: ['ä😀'] });
    expect(bodyOf('')).toBeUndefined();
    expect(bodyOf('\ufeff{"a":1}')).toEqual({ a: 1 });
    for (const charset of ['utf-8', 'UTF-8', '"utf-8"'])
      expect(bodyOf('1', { 'content-type': `application/json; charset=${charset}` })).toBe(1);
    expect(bodyOf('1', { 'content-encoding': 'identity' })).toBe(1);
  });

  it('is refused when it is no JSON, or no UTF-8', () => {
    for (const bad of [
      '{',
      'undefined',
      '{"a":1}x',
      "'a'",
      Uint8Array.of(0x22, 0xff, 0x22),
      Uint8Array.of(0x22, 0xc3, 0x22),
      Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22),
    ])
      expect(() => bodyOf(bad)).toThrow(
        expect.objectContaining({ code: 'request.malformed', errors: [{ pointer: '', message: expect.any(String) }] }),
      );
  });

  it('is refused in another character set, and compressed', () => {
    for (const type of ['application/json; charset=latin1', 'application/json;charset=utf-16', 'application/json; charset="iso-8859-1"'])
      expect(() => bodyOf('{}', { 'content-type': type })).toThrow(expect.objectContaining({ statusCode: 415 }));
    for (const encoding of ['gzip', 'br', 'deflate, gzip'])
      expect(() => bodyOf('{}', { 'content-encoding': encoding })).toThrow(expect.objectContaining({ statusCode: 415 }));
  });

  it('keeps every own name, so that none is obeyed or lost before it is looked at', () => {
    expect(Object.keys(bodyOf('{"__proto__":{"a":1},"constructor":2}') as object)).toEqual(['__proto__', 'constructor']);
  });
});
