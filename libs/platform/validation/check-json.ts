import { pointerPart } from '@slipway/kernel';
import { misfit } from './misfit';

const MAX_DEPTH = 32;
// Each value costs time before any rule of ours can look at it. The largest variable set has 2,000 members, 12,000 objects and lists, 70,000 values.
const MAX_MEMBERS = 5_000;
const MAX_PARTS = 20_000;
const MAX_VALUES = 100_000;
// A lone surrogate is half a character: no store gives it back as it came. A NUL ends texts in many places.
const FORBIDDEN = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Whether a text comes back from every store as it went in. */
export function isStorable(text: string): boolean {
  return !FORBIDDEN.test(text);
}

/**
 * Refuses JSON that nests too deep, is made of too many pieces, or holds text that cannot be kept or names that mean something else to JavaScript. Iterative: a
 * hostile depth must not exhaust the stack. `prefix` stands before the names of the outermost members in pointers. Errors: DomainError `request.invalid`.
 */
export function checkJson(value: unknown, prefix = '/'): void {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 0 }];
  let [parts, values] = [0, 0];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: inner, pointer, depth } = next;
    values += 1;
    if (values > MAX_VALUES) refuse('', `holds more than ${MAX_VALUES} values`);
    if (typeof inner === 'string') {
      if (!isStorable(inner)) refuse(pointer, 'holds a NUL or half a Unicode surrogate pair');
    } else if (inner !== null && typeof inner === 'object') {
      parts += 1;
      if (depth >= MAX_DEPTH) refuse(pointer, `nests deeper than ${MAX_DEPTH} levels`);
      if (parts > MAX_PARTS) refuse('', `holds more than ${MAX_PARTS} objects and lists`);
      const members = Object.entries(inner);
      if (members.length > MAX_MEMBERS) refuse(pointer, `has more than ${MAX_MEMBERS} members`);
      for (const [key, member] of members) {
        if (!isStorable(key)) refuse(pointer, 'has a name with a NUL or half a Unicode surrogate pair');
        const child = `${depth === 0 ? prefix : `${pointer}/`}${pointerPart(key)}`;
        if (!Array.isArray(inner) && key in Object.prototype) refuse(child, 'is no name that can be used');
        open.push({ value: member, pointer: child, depth: depth + 1 });
      }
    }
  }
}

function refuse(pointer: string, message: string): never {
  throw misfit([{ pointer, message }]);
}
