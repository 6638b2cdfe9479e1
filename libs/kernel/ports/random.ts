/** The only source of chance: ids, jitter. A seeded one makes a run repeatable. */
export abstract class Random {
  abstract bytes(count: number): Uint8Array;

  /** A number in [0, 1) of 32 random bits. */
  fraction(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.bytes(4);
    return (((a * 256 + b) * 256 + c) * 256 + d) / 2 ** 32;
  }
}
