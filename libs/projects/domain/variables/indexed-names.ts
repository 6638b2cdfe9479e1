import { nameKey } from './variable';

/** Keys of indexed sets by the name before the bracket: `A[x].Url` and `A[y]` give A the keys x and y, each with its name `A[x]`, as first written. */
export function indexedNames(names: Iterable<string>): ReadonlyMap<string, readonly IndexedName[]> {
  const sets = new Map<string, Map<string, IndexedName>>();
  for (const name of names) {
    for (let open = name.indexOf('['); open >= 0; open = name.indexOf('[', open + 1)) {
      const close = closingBracket(name, open);
      if (close < 0) continue;
      const item = { name: name.slice(0, close + 1), key: name.slice(open + 1, close) };
      const of = nameKey(name.slice(0, open));
      const set = sets.get(of) ?? new Map<string, IndexedName>();
      sets.set(of, set);
      if (!set.has(nameKey(item.name))) set.set(nameKey(item.name), item);
    }
  }
  return new Map([...sets].map(([of, items]) => [of, [...items.values()]]));
}

export interface IndexedName {
  readonly name: string;
  readonly key: string;
}

function closingBracket(name: string, open: number): number {
  let depth = 0;
  for (let at = open; at < name.length; at++) {
    if (name[at] === '[') depth += 1;
    if (name[at] === ']') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
