import { DomainError } from '@slipway/kernel';

const MAX_DEPTH = 32;
// A lone surrogate is half a character: no store gives it back as it came. A NUL ends texts in many places.
const FORBIDDEN = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Refuses JSON that nests too deep or holds text that cannot be kept. Iterative: a hostile depth must not exhaust the stack. */
export function checkJson(value: unknown): void {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: inner, pointer, depth } = next;
    if (typeof inner === 'string') {
      if (FORBIDDEN.test(inner)) refuse(pointer, 'holds a NUL or half a Unicode surrogate pair');
    } else if (inner !== null && typeof inner === 'object') {
      if (depth >= MAX_DEPTH) refuse(pointer, `nests deeper than ${MAX_DEPTH} levels`);
      for (const [key, member] of Object.entries(inner)) {
        if (FORBIDDEN.test(key)) refuse(pointer, 'has a name with a NUL or half a Unicode surrogate pair');
        open.push({ value: member, pointer: `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth: depth + 1 });
      }
    }
  }
}

function refuse(pointer: string, message: string): never {
  throw new DomainError('invalid', 'request.invalid', `The request does not fit: ${pointer} ${message}.`, {}, [{ pointer, message }]);
}
