import { canonicalJson } from './canonical-json';

/** A partial change: what is absent stays, null takes a value away. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | null };

/** The resource with a patch applied. */
export function patched<T extends object>(resource: T, patch: Patch<T>): T {
  return Object.fromEntries(Object.entries({ ...resource, ...patch }).filter(([, value]) => value !== null && value !== undefined)) as T;
}

/** What of a patch would really change the resource, whatever the order of keys inside a value; undefined when nothing would. */
export function effectivePatch<T extends object>(resource: T, patch: Patch<T>): Patch<T> | undefined {
  const differing = Object.entries(patch).filter(([key, value]) => {
    if (value === undefined) return false;
    const present = (resource as Record<string, unknown>)[key];
    return canonicalJson(present ?? null) !== canonicalJson(value);
  });
  return differing.length > 0 ? (Object.fromEntries(differing) as Patch<T>) : undefined;
}

/** The object without what is undefined: events and rows are JSON-exact. */
export function defined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
