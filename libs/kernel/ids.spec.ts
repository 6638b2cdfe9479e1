import { derivedId, hashedId, hashOf, Ids } from '@slipway/kernel';
import { ManualClock, SeededRandom } from '@slipway/kernel/testing';
import { validate, version } from 'uuid';

const AT = '2026-01-05T08:00:00.000Z';
const millisecondsOf = (id: string) => parseInt(id.replace('-', '').slice(0, 12), 16);

describe('a derived id', () => {
  it('is a UUID v7 of the time given', () => {
    const id = derivedId(AT, 'command-1/staging');
    expect([validate(id), version(id), millisecondsOf(id)]).toEqual([true, 7, Date.parse(AT)]);
  });

  it('is the same for the same time and seed, in either writing of the time', () => {
    expect(derivedId(AT, 'a')).toBe(derivedId(Date.parse(AT), 'a'));
  });

  it('differs by seed and by time', () => {
    expect(new Set([derivedId(AT, 'a'), derivedId(AT, 'b'), derivedId(Date.parse(AT) + 1, 'a')]).size).toBe(3);
  });

  it('sorts by time as text', () => {
    const ids = [3, 1, 2].map((later) => derivedId(Date.parse(AT) + later, `seed-${later}`));
    expect([...ids].sort().map(millisecondsOf)).toEqual([1, 2, 3].map((later) => Date.parse(AT) + later));
  });

  it('does not collide over 10,000 seeds of one millisecond', () => {
    expect(new Set(Array.from({ length: 10_000 }, (_, index) => derivedId(AT, `seed-${index}`))).size).toBe(10_000);
  });
});

describe('a hashed id', () => {
  it('is a UUID v8 of the standard variant, the same for the same parts', () => {
    for (let index = 0; index < 50; index += 1) {
      const id = hashedId('reactor', index);
      expect([validate(id), version(id)]).toEqual([true, 8]);
      expect(id).toBe(hashedId('reactor', index));
    }
  });

  it('tells apart parts that would read alike when joined', () => {
    expect(hashOf('ab', 'c')).not.toBe(hashOf('a', 'bc'));
    expect(hashOf('1')).not.toBe(hashOf(1));
    expect(hashOf('a', '')).not.toBe(hashOf('a'));
    expect(hashedId('a', 'b')).not.toBe(hashedId('b', 'a'));
  });
});

describe('new ids', () => {
  it('carry the time of the clock, and never repeat within a millisecond', async () => {
    const clock = new ManualClock();
    const ids = new Ids(clock, new SeededRandom('ids'));
    const first = Array.from({ length: 1_000 }, () => ids.next());
    expect(new Set(first).size).toBe(1_000);
    expect(new Set(first.map(millisecondsOf))).toEqual(new Set([clock.now()]));
    await clock.advance(1);
    expect(ids.next() > first.toSorted().at(-1)!).toBe(true);
  });

  it('repeat with the same seed and clock', () => {
    const one = new Ids(new ManualClock(), new SeededRandom(7));
    const other = new Ids(new ManualClock(), new SeededRandom(7));
    expect([one.next(), one.next()]).toEqual([other.next(), other.next()]);
  });
});
