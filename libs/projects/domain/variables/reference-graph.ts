import type { Template } from './template';
import { type Target, targets } from './template-targets';
import { nameKey, type Variable } from './variable';

/** For each node the nodes it leads to. */
export type Edges = readonly (readonly number[])[];

/**
 * Which value needs which: from each value (its index) to a node for each name or pattern that it refers to, from a pattern to its names, from a name to its
 * values. Names nobody defined have no node.
 */
export function referenceGraph(variables: readonly Variable[], templates: readonly Template[]): Edges {
  const out: (readonly number[])[] = variables.map(() => []);
  const add = (edges: readonly number[]) => out.push(edges) - 1;
  const names = new Map([...valuesByName(variables)].map(([name, values]) => [name, add(values)]));
  const matching = new NameIndex([...names.keys()]);
  const patterns = new Map<string, number>();
  const nodeOf = (target: Target): number | undefined => {
    if ('exact' in target) return names.get(target.exact);
    const key = JSON.stringify([target.prefix, target.suffix]);
    const node = patterns.get(key) ?? add(matching.find(target.prefix, target.suffix).flatMap((name) => names.get(name) ?? []));
    patterns.set(key, node);
    return node;
  };
  templates.forEach((template, index) => {
    out[index] = [...new Set(targets(template).flatMap((target) => nodeOf(target) ?? []))];
  });
  return out;
}

function valuesByName(variables: readonly Variable[]): Map<string, number[]> {
  const byName = new Map<string, number[]>();
  variables.forEach(({ name }, index) => {
    const values = byName.get(nameKey(name));
    if (values) values.push(index);
    else byName.set(nameKey(name), [index]);
  });
  return byName;
}

/** Names by their beginning and their end without looking at all of them: a hostile set has thousands of patterns. */
class NameIndex {
  private readonly byStart: readonly string[];
  private readonly byEnd: readonly string[];

  constructor(names: readonly string[]) {
    this.byStart = names.toSorted(byCodeUnits);
    this.byEnd = names.map(mirrored).toSorted(byCodeUnits);
  }

  find(prefix: string, suffix: string): string[] {
    const starting = range(this.byStart, prefix);
    const ending = range(this.byEnd, mirrored(suffix));
    const few = starting.to - starting.from <= ending.to - ending.from;
    const candidates = few ? this.byStart.slice(starting.from, starting.to) : this.byEnd.slice(ending.from, ending.to).map(mirrored);
    return candidates.filter((name) => name.startsWith(prefix) && name.endsWith(suffix));
  }
}

const byCodeUnits = (a: string, b: string) => (a < b ? -1 : Number(a > b));
const mirrored = (text: string) => text.split('').reverse().join('');

/** Where in a sorted list the texts beginning with `prefix` are. */
function range(sorted: readonly string[], prefix: string): { from: number; to: number } {
  const first = (beyond: (start: string) => boolean) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (beyond((sorted[middle] ?? '').slice(0, prefix.length))) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return { from: first((start) => start >= prefix), to: first((start) => start > prefix) };
}
