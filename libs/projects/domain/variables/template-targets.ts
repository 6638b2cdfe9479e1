import type { Block, Operand, Part, Template } from './template';
import { EACH_NAMES } from './loop-names';
import { nameKey } from './variable';

/** What a reference may name: `exact`, `written` so, or any name that begins and ends so. Folded as names are. */
export type Target = { readonly exact: string; readonly written: string } | Pattern;
interface Pattern {
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * Every name that expanding a template may ask for, in whatever branch: what is inside names, conditions and loops too. In a loop the names that it
 * gives itself ask for nothing. Errs on the side of more.
 */
export function targets(template: readonly Part[]): Target[] {
  return template.flatMap((part) => (typeof part === 'string' ? [] : ofBlock(part)));
}

function ofBlock(block: Block): Target[] {
  switch (block.kind) {
    case 'reference':
      return [named(block.name), ...targets(block.name), ...targets(block.filters.flatMap((filter) => filter.args))];
    case 'if': {
      const sides = [block.test.left, block.test.right].filter((side) => side !== undefined);
      return [...targets(sides), ...targets(block.then), ...targets(block.otherwise)];
    }
    case 'each': {
      const collection = named(block.of);
      const body = targets(block.body).filter((target) => !('exact' in target && EACH_NAMES.has(target.exact)));
      return [collection, ...targets(block.of), ...body, ...inItems(body, nameKey(block.item), collection)];
    }
    case 'calc':
      return [block.first, ...block.rest.map(({ operand }) => operand)].flatMap(ofOperand);
    default:
      return block satisfies never;
  }
}

const ofOperand = (operand: Operand) => (typeof operand === 'number' ? [] : ofBlock(operand));

function named(name: Template): Target {
  if (name.every((part) => typeof part === 'string')) {
    const written = name.join('').trim();
    return { exact: nameKey(written), written };
  }
  const end = (part: Part | undefined) => (typeof part === 'string' ? nameKey(part.trim()) : '');
  return { prefix: end(name[0]), suffix: end(name.at(-1)) };
}

/** More patterns of one loop than this count as one, for any name in the set: nested loops would multiply them. */
const MAX_PATTERNS = 100;

/** A name that begins with the loop's word may mean a part of an indexed set: `#{i.Prop}` in `#{each i in X}` is `X[…].Prop`. */
function inItems(body: readonly Target[], word: string, collection: Target): Pattern[] {
  const prefix = 'exact' in collection ? `${collection.exact}[` : collection.prefix;
  const suffixes = new Set(body.flatMap((target) => suffixInItem(target, word) ?? []));
  return suffixes.size > MAX_PATTERNS ? [{ prefix, suffix: '' }] : [...suffixes].map((suffix) => ({ prefix, suffix }));
}

function suffixInItem(target: Target, word: string): string | undefined {
  if (!('exact' in target)) return target.prefix.startsWith(word) || word.startsWith(target.prefix) ? '' : undefined;
  if (!target.exact.startsWith(word)) return undefined;
  const path = target.exact.slice(word.length);
  return path === '' || path.startsWith('.') || path.startsWith('[') ? `]${path}` : undefined;
}
