import fc from 'fast-check';
import { GrowingSet } from './growing-set';

const SEED = 20_260_105;
const grown = (...items: string[]) => items.reduce((set, item) => set.with(item), GrowingSet.empty);

describe('a growing set', () => {
  it('has what was added, once, in order', () => {
    const set = grown('a', 'b', 'a');
    expect([set.has('a'), set.has('b'), set.has('c'), set.size]).toEqual([true, true, false, 2]);
    expect(set.toJSON()).toEqual(['a', 'b']);
  });

  it('leaves the empty one empty for everybody', () => {
    grown('a');
    expect([GrowingSet.empty.size, GrowingSet.empty.has('a')]).toEqual([0, false]);
  });

  it('leaves earlier values as they were', () => {
    const earlier = grown('a');
    const later = earlier.with('b');
    expect([earlier.has('b'), earlier.toJSON(), later.toJSON()]).toEqual([false, ['a'], ['a', 'b']]);
  });

  it('can go on twice from one value, and neither sees the other', () => {
    const base = grown('a', 'b');
    const [one, other] = [base.with('c'), base.with('d')];
    expect([one.toJSON(), other.toJSON(), base.toJSON()]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'd'],
      ['a', 'b'],
    ]);
    expect([one.has('d'), other.has('c'), base.with('d').has('c')]).toEqual([false, false, false]);
  });

  it(`says what plain sets would say, whichever value is grown next (seed ${SEED})`, () => {
    const steps = fc.array(fc.tuple(fc.nat(), fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (moves) => {
        const values = [{ set: GrowingSet.empty, model: [] as string[] }];
        for (const [pick, item] of moves) {
          const from = values[pick % values.length]!;
          values.push({ set: from.set.with(item), model: from.model.includes(item) ? from.model : [...from.model, item] });
        }
        for (const { set, model } of values) {
          expect(set.toJSON()).toEqual(model);
          expect(['a', 'b', 'c', 'd', 'e', 'f'].filter((item) => set.has(item))).toEqual([...model].sort());
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
