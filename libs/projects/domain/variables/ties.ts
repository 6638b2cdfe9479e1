import type { FieldError } from '@slipway/kernel';
import { describeScope, entries, SCOPE_TYPES, scopedBy } from './scope';
import { nameKey, type Variable } from './variable';

/**
 * Values of one name that no rank could tell apart in some context: scoped by the same types, with an entry in common in each.
 * Lists of roles with nothing in common are no tie although a step may have roles of both: the order of its roles decides (scope.ts). Otherwise nobody could give
 * each role a value of its own.
 */
export function ties(variables: readonly Variable[]): FieldError[] {
  const groups = new Map<string, TieGroup>();
  return variables.flatMap((variable, index) => {
    const key = `${scopedBy(variable.scope).join('')} ${nameKey(variable.name)}`;
    const group = groups.get(key) ?? new TieGroup();
    groups.set(key, group);
    const mine: Scoped = { index, variable, lists: SCOPE_TYPES.map(({ list }) => new Set(entries(variable.scope, list))) };
    const earlier = group.tying(mine);
    group.add(mine);
    return earlier ? [tie(mine, earlier)] : [];
  });
}

interface Scoped {
  readonly index: number;
  readonly variable: Variable;
  readonly lists: readonly ReadonlySet<string>[];
}

/** Values of one name scoped by the same types, found by their entries: comparing every two would be slow for 2,000. */
class TieGroup {
  private unscoped: Scoped | undefined;
  private readonly holders = SCOPE_TYPES.map(() => new Map<string, Scoped[]>());

  add(value: Scoped): void {
    if (value.lists.every(({ size }) => size === 0)) this.unscoped ??= value;
    value.lists.forEach((list, type) => {
      for (const entry of list) {
        const holders = this.holders[type]?.get(entry);
        if (holders) holders.push(value);
        else this.holders[type]?.set(entry, [value]);
      }
    });
  }

  /** A value that would tie with this one. Only those that share an entry of the rarest type are looked at. */
  tying(value: Scoped): Scoped | undefined {
    const sharing = value.lists.map((list, type) => [...list].map((entry) => this.holders[type]?.get(entry) ?? []));
    const count = (buckets: readonly Scoped[][]) => buckets.reduce((sum, bucket) => sum + bucket.length, 0);
    const [rarest] = sharing.filter((_, type) => value.lists[type]?.size).sort((a, b) => count(a) - count(b));
    if (!rarest) return this.unscoped;
    for (const bucket of rarest) {
      const other = bucket.find((candidate) => overlap(value, candidate));
      if (other) return other;
    }
    return undefined;
  }
}

function overlap(a: Scoped, b: Scoped): boolean {
  return a.lists.every((list, type) => list.size === 0 || [...list].some((entry) => b.lists[type]?.has(entry)));
}

function tie({ index, variable }: Scoped, earlier: Scoped): FieldError {
  const first = `/variables/${earlier.index} (${earlier.variable.name}, ${describeScope(earlier.variable.scope)})`;
  const message = `${variable.name} with ${describeScope(variable.scope)} and ${first} would both apply with equal rank: narrow one of the scopes or remove one of the values`;
  return { pointer: `/variables/${index}/${variable.scope ? 'scope' : 'name'}`, message };
}
