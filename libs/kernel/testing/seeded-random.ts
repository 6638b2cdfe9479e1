import { createHash } from 'node:crypto';
import { Random } from '../ports/random';

/** Another one each time tests run; the environment variable of this name repeats a run. */
export const SEED = process.env['SEED'] ?? String(Math.trunc(performance.timeOrigin));

/** Repeatable chance: the same seed gives the same bytes. Print the seed of any test that uses it. */
export class SeededRandom extends Random {
  private counter = 0;

  constructor(private readonly seed: string | number = 1) {
    super();
  }

  bytes(count: number): Uint8Array {
    const chunks: Buffer[] = [];
    for (let size = 0; size < count; size += 32) {
      chunks.push(createHash('sha256').update(`${this.seed}:${this.counter++}`).digest());
    }
    return Buffer.concat(chunks).subarray(0, count);
  }
}
