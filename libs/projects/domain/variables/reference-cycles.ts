import { type Edges, referenceGraph } from './reference-graph';
import { entries, SCOPE_TYPES } from './scope';
import type { Template } from './template';
import type { Variable, VariableScope } from './variable';

/** A step, an environment and a channel are one each in a context, so values for different ones never meet; roles may. */
const APART = SCOPE_TYPES.map(({ list }) => list).filter((list) => list !== 'roles');
/** Nodes and edges looked at before a circle that only scopes could rule out counts as one: hostile sets of scopes end here. */
const BUDGET = 1_000_000;
const MAX_CYCLES = 20;

/**
 * Circles of references whose values could all apply in one context, each as indexes of values. Errs on the safe side: a name put together from values may be any
 * name of its pattern, and a value counts even where a more specific one would win. At most 20; circles reported share no value.
 */
export function referenceCycles(variables: readonly Variable[], templates: readonly Template[]): number[][] {
  const search = new Search(variables, templates);
  const found: number[][] = [];
  while (found.length < MAX_CYCLES && (found.length === 0 || !search.exhausted)) {
    const cycle = search.next();
    if (!cycle) break;
    found.push(cycle);
  }
  return found;
}

class Search {
  private readonly out: Edges;
  private readonly into: number[][];
  private readonly reported = new Set<number>();
  private budget = BUDGET;

  constructor(
    private readonly variables: readonly Variable[],
    templates: readonly Template[],
  ) {
    this.out = referenceGraph(variables, templates);
    this.into = this.out.map(() => []);
    this.out.forEach((targets, from) => targets.forEach((to) => this.into[to]?.push(from)));
  }

  get exhausted(): boolean {
    return this.budget < 0;
  }

  next(): number[] | undefined {
    const nodes = [...this.out.keys()].filter((node) => !this.reported.has(node));
    const cycle = this.find(new Set(nodes), APART)?.filter((node) => node < this.variables.length);
    cycle?.forEach((node) => this.reported.add(node));
    return cycle;
  }

  private find(nodes: ReadonlySet<number>, types: readonly (keyof VariableScope)[]): number[] | undefined {
    for (const node of nodes) this.budget -= 1 + (this.out[node]?.length ?? 0);
    const core = peel(peel(nodes, this.out, this.into), this.into, this.out);
    const [type, ...rest] = types;
    if (core.size === 0) return undefined;
    if (type === undefined || this.exhausted) return walk(core, this.out);
    const scopes = new Map([...core].map((node) => [node, new Set(entries(this.variables[node]?.scope, type))]));
    const possible = new Set([...scopes.values()].flatMap((list) => [...list]));
    if (possible.size === 0) return this.find(core, rest);
    for (const entry of possible) {
      const together = [...core].filter((node) => !scopes.get(node)?.size || scopes.get(node)?.has(entry));
      const cycle = this.find(new Set(together), rest);
      if (cycle) return cycle;
    }
    return undefined;
  }
}

/** What is left after taking away, again and again, every node without an edge to what is left: empty when there is no circle. */
function peel(nodes: ReadonlySet<number>, out: Edges, into: Edges): Set<number> {
  const left = new Set(nodes);
  const degree = new Map([...nodes].map((node) => [node, (out[node] ?? []).filter((to) => nodes.has(to)).length]));
  const bare = [...nodes].filter((node) => degree.get(node) === 0);
  for (let node = bare.pop(); node !== undefined; node = bare.pop()) {
    left.delete(node);
    for (const from of into[node] ?? []) {
      const remaining = (degree.get(from) ?? 0) - 1;
      degree.set(from, remaining);
      if (remaining === 0) bare.push(from);
    }
  }
  return left;
}

/** Follows edges inside `core`, where every node has one, until it meets its own path. */
function walk(core: ReadonlySet<number>, out: Edges): number[] {
  const path = new Set<number>();
  let [node = 0] = core;
  while (!path.has(node)) {
    path.add(node);
    node = (out[node] ?? []).find((to) => core.has(to)) ?? node;
  }
  const steps = [...path];
  return steps.slice(steps.indexOf(node));
}
