const POINTER = /^(\/([^~/]|~[01])*)*$/;
const INDEX = /^(0|[1-9]\d*)$/;

/** Whether a text is a JSON pointer (RFC 6901): empty for the whole, else `/` before each name or index. */
export function isJsonPointer(text: string): boolean {
  return POINTER.test(text);
}

/** What a pointer leads to in JSON; undefined for nothing. */
export function valueAt(json: unknown, pointer: string): unknown {
  const names = pointer.split('/').slice(1);
  return names
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inner, name) => {
      if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, name)) return undefined;
      return Array.isArray(inner) && !INDEX.test(name) ? undefined : (inner as Readonly<Record<string, unknown>>)[name];
    }, json);
}
