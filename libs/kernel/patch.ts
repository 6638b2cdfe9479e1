/** A partial change: what is absent stays, null takes a value away. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | null };

/** The resource with a patch applied. */
export function patched<T extends object>(resource: T, patch: Patch<T>): T {
  return Object.fromEntries(Object.entries({ ...resource, ...patch }).filter(([, value]) => value !== null && value !== undefined)) as T;
}

/** What of a patch would really change the resource; undefined when nothing would. */
export function effectivePatch<T extends object>(resource: T, patch: Patch<T>): Patch<T> | undefined {
  const differing = Object.entries(patch).filter(([key, value]) => {
    if (value === undefined) return false;
    const present = (resource as Record<string, unknown>)[key];
    return JSON.stringify(present ?? null) !== JSON.stringify(value);
  });
  return differing.length > 0 ? (Object.fromEntries(differing) as Patch<T>) : undefined;
}
