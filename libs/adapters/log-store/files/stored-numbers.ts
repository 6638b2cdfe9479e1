interface Range {
  first: number;
  last: number;
}

/** A set of numbers that come in order as a rule: kept as ranges, so that a run without gaps costs one of them however long it is. */
export class StoredNumbers {
  /** Ascending; no two touch. */
  private readonly ranges: Range[] = [];

  /** False when it was there already. */
  add(number: number): boolean {
    let index = this.ranges.length;
    while (index > 0 && this.ranges[index - 1]!.first > number) index -= 1;
    const before = this.ranges[index - 1];
    const after = this.ranges[index];
    if (before && number <= before.last) return false;
    if (before?.last === number - 1) {
      before.last = number;
      if (after?.first === number + 1) {
        before.last = after.last;
        this.ranges.splice(index, 1);
      }
    } else if (after?.first === number + 1) {
      after.first = number;
    } else {
      this.ranges.splice(index, 0, { first: number, last: number });
    }
    return true;
  }

  /** Whether all numbers from 1 to `last` are there. */
  complete(last: number): boolean {
    const first = this.ranges[0];
    return last === 0 || (first?.first === 1 && first.last >= last);
  }
}
