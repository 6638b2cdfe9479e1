import { Landmarks } from './landmarks';

describe('landmarks', () => {
  it('give the last one up to a position, noted in any order', () => {
    const landmarks = new Landmarks();
    for (const position of [50n, 10n, 30n, 30n]) landmarks.note(position);
    expect([5n, 10n, 29n, 30n, 49n, 90n].map((position) => landmarks.upTo(position))).toEqual([0n, 10n, 10n, 30n, 30n, 50n]);
    landmarks.forget(30n);
    expect(landmarks.upTo(30n)).toBe(10n);
  });

  it('grow sparse, and keep the last one', () => {
    const landmarks = new Landmarks();
    for (let position = 1n; position <= 100_000n; position += 1n) landmarks.note(position);
    const distinct = new Set(Array.from({ length: 100_000 }, (_, position) => landmarks.upTo(BigInt(position))));
    expect(distinct.size).toBeGreaterThan(1_000);
    expect(distinct.size).toBeLessThan(2_100);
    expect(landmarks.upTo(100_000n)).toBe(100_000n);
  });
});
