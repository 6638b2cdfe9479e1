import { SeededRandom } from '@slipway/kernel/testing';
import { StoredNumbers } from './stored-numbers';

describe('stored numbers', () => {
  it('take each number once, in whatever order they come', () => {
    const seed = 'stored-numbers-1';
    const random = new SeededRandom(seed);
    for (let round = 0; round < 50; round += 1) {
      const [stored, known] = [new StoredNumbers(), new Set<number>()];
      for (let draw = 0; draw < 100; draw += 1) {
        const number = 1 + Math.floor(random.fraction() * 60);
        const taken = { seed, round, draw, number, added: stored.add(number) };
        expect(taken).toEqual({ seed, round, draw, number, added: !known.has(number) });
        known.add(number);
      }
    }
  });
});
