import fc from 'fast-check';
import { canonicalJson, contentHash } from '@slipway/kernel';

const SEED = 20_260_105;

describe('canonical JSON', () => {
  it('sorts the keys of every object and keeps the order of lists', () => {
    expect(canonicalJson({ b: [3, { z: 1, a: 2 }, 1], a: null })).toBe('{"a":null,"b":[3,{"a":2,"z":1},1]}');
  });

  it('leaves out what JSON leaves out', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('keeps a key called __proto__ as data', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"x":2}}'))).toBe('{"__proto__":{"x":2},"b":1}');
  });

  it(`says the same as JSON, whatever the content (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it(`does not depend on the order in which keys came (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(contentHash(reversed)).toBe(contentHash(value));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('is hashed as sha256 with 64 hex digits, a different one for different content', () => {
    expect(contentHash([])).toBe('sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: '1' }));
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
  });
});
