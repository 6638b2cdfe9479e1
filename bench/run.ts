import { loadavg } from 'node:os';

/** Samples of one figure, one per round, and what they came to. Rates: higher is better. */
export interface Figure {
  readonly benchmark: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: readonly number[];
  /** Of the bare client, in the same rounds. */
  readonly reference?: readonly number[];
  /** Median over the rounds of ours ÷ reference. */
  readonly ratio?: number;
  /** What the ratio should be at least. */
  readonly goal?: number;
  /** Of the machine when it was measured: processes that want to run, over the last minute. */
  readonly load: number;
}

/** Something that is done once per round; resolves to a rate, or to another number. */
export type Measured = () => Promise<number>;

export interface RunOptions {
  readonly rounds: number;
  /** How many events are caught up on. */
  readonly events: number;
  /** Measure against the protocol double where there is no EventStoreDB. */
  readonly double: boolean;
}

/** Takes figures and prints them as they come. */
export class Run {
  readonly figures: Figure[] = [];
  private benchmark = '';

  constructor(
    readonly options: RunOptions,
    private readonly print: (line: string) => void,
  ) {}

  begin(benchmark: string): void {
    this.benchmark = benchmark;
    this.print(`\n${benchmark}`);
  }

  /** In alternating rounds, after one of each that does not count. */
  async compare(
    name: { what: string; unit: string; goal?: number },
    sides: { readonly ours: Measured; readonly reference: Measured },
    rounds = this.options.rounds,
  ): Promise<void> {
    const [ours, reference]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1) {
      const [mine, theirs] = [await sides.ours(), await sides.reference()];
      if (round > 0) [ours[round - 1], reference[round - 1]] = [mine, theirs];
    }
    this.take({ ...name, ours, reference, ratio: median(ours.map((value, round) => value / reference[round]!)) });
  }

  /** A figure that has no reference. */
  tell(what: string, unit: string, value: number): void {
    this.take({ what, unit, ours: [value] });
  }

  /** Words for whoever reads. */
  say(words: string): void {
    this.print(`  ${words}`);
  }

  private take(figure: Omit<Figure, 'benchmark' | 'load'>): void {
    const whole = { benchmark: this.benchmark, ...figure, load: loadavg()[0]! };
    this.figures.push(whole);
    this.print(`  ${lineOf(whole)}`);
  }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that this part of the values is not above. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

function lineOf({ what, unit, ours, reference, ratio, goal, load }: Figure): string {
  const against = reference === undefined || ratio === undefined ? '' : `reference ${number(median(reference))}, ratio ${ratio.toFixed(2)}`;
  const wanted = goal === undefined ? '' : ` (goal ${goal})`;
  return `${what.padEnd(58)} ${number(median(ours)).padStart(9)} ${unit.padEnd(14)} ${against}${wanted}  [load ${load.toFixed(1)}]`;
}

function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
