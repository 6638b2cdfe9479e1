import type { Expanding, LoopItem } from './names';

/** The items of a text: of a JSON array or object (with `Key` and `Value`), else of a list with commas, blanks kept as Octostache keeps them. */
export function itemsOf(text: string, work: (units: number) => void): LoopItem[] {
  work(text.length);
  return itemsIn(readJson(text) ?? text, work);
}

function itemsIn(value: unknown, work: (units: number) => void): LoopItem[] {
  const item = (one: unknown, own?: string) => new JsonItem(one, own, work);
  if (Array.isArray(value)) return value.map((one) => item(one));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([Key, Value]: [string, unknown]) => item({ Key, Value }, Key));
  }
  const text = textOf(value);
  work(text.length);
  return text === '' ? [] : text.split(',').map((one) => item(one));
}

class JsonItem implements LoopItem {
  /** `own`: what the bare word gives, where it is not the value. */
  constructor(
    private readonly value: unknown,
    private readonly own: string | undefined,
    private readonly work: (units: number) => void,
  ) {}

  *text(path: string): Expanding<string | undefined> {
    if (path === '' && this.own !== undefined) return this.own;
    const found = walk(this.value, path);
    return found && textOf(found.value);
  }

  *items(path: string): Expanding<readonly LoopItem[] | undefined> {
    const found = walk(this.value, path);
    return found && itemsIn(found.value, this.work);
  }
}

function walk(value: unknown, path: string): { value: unknown } | undefined {
  let at = value;
  for (const [, property, index] of path.matchAll(/\.([^.[]*)|\[([^\]]*)\]/g)) {
    const key = property ?? index ?? '';
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return { value: at };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null ? '' : JSON.stringify(value);
}

const MAX_JSON_DEPTH = 100;

/** An array or object written as JSON; undefined for any other text, and for one nested so deep that walking it would take the stack. */
function readJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  let depth = 0;
  for (const [found] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (found === '[' || found === '{') depth += 1;
    else if (found === ']' || found === '}') depth -= 1;
    if (depth > MAX_JSON_DEPTH) return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
