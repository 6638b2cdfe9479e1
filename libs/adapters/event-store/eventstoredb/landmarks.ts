const MOST = 2_000;

/** Positions known to be records', sorted: where a search for another one may begin. */
export class Landmarks {
  private positions: bigint[] = [];

  note(position: bigint): void {
    const index = this.indexAfter(position);
    if (this.positions[index - 1] === position) return;
    this.positions.splice(index, 0, position);
    if (this.positions.length > MOST) this.positions = this.positions.filter((_, place) => place % 2 === 1);
  }

  forget(position: bigint): void {
    this.positions = this.positions.filter((known) => known !== position);
  }

  /** The last one up to a position, 0 (the beginning) where none is known. */
  upTo(position: bigint): bigint {
    return this.positions[this.indexAfter(position) - 1] ?? 0n;
  }

  private indexAfter(position: bigint): number {
    let [low, high] = [0, this.positions.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.positions[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
