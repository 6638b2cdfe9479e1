import { DomainError } from '@slipway/kernel';
import { generate } from 'peggy';
import { FILTERS, type FilterName, filterNamed } from './filters';
import { TEMPLATE_GRAMMAR } from './template.grammar';

/** A parsed text: literal pieces, and what is put in their place. */
export type Template = readonly Part[];
export type Part = string | Block;
export type Block = Reference | Condition | Repetition | Calculation;

/** `#{Name | Filter …}`; the name may hold blocks itself (`#{A[#{B}]}`). */
export interface Reference {
  readonly kind: 'reference';
  readonly name: Template;
  readonly filters: readonly Filter[];
}

export interface Filter {
  readonly name: FilterName;
  readonly args: readonly Part[];
}

/** `#{if …}` and, turned round, `#{unless …}`. */
export interface Condition {
  readonly kind: 'if';
  readonly test: Test;
  readonly then: Template;
  readonly otherwise: Template;
}

/** A literal is a text. With no `right` the test asks whether `left` is truthy. */
export interface Test {
  readonly left: Reference | string;
  readonly equal?: boolean;
  readonly right?: Reference | string;
}

/** `#{each item in of}`. */
export interface Repetition {
  readonly kind: 'each';
  readonly item: string;
  readonly of: Template;
  readonly body: Template;
}

/** `#{calc …}`: operators of one precedence, from left to right. */
export interface Calculation {
  readonly kind: 'calc';
  readonly first: Operand;
  readonly rest: readonly { readonly operator: '+' | '-' | '*' | '/' | '%'; readonly operand: Operand }[];
}
export type Operand = number | Reference | Calculation;

/** How deep blocks may be nested in each other. */
export const MAX_TEMPLATE_DEPTH = 32;

const parser = generate(TEMPLATE_GRAMMAR, { allowedStartRules: ['text', 'condition'] });

const MESSAGES = {
  empty: '#{…} names no variable: write its name, or ##{ for a literal #{',
  deep: `#{…} are nested deeper than ${MAX_TEMPLATE_DEPTH}`,
  character: 'this character cannot stand here: close #{ with }, or write ##{ for a literal #{',
  unclosed: '#{ is never closed: add }, or write ##{ for a literal #{',
  unended: 'this statement is never ended: add #{/if}, #{/unless} or #{/each}',
  mismatched: 'this does not end the statement that is open here: each #{if}, #{unless} and #{each} ends with its own #{/…}',
  stray: 'there is no statement that this could belong to: write ##{ for a literal #{',
  each: 'write #{each item in Collection}, the item as one word',
  calc: 'a number, a variable or a group in ( ) is missing here: write names with operators or blanks as {Name}',
  bare: 'a condition or calculation takes the bare name: write Name, not #{Name}',
  comparison: 'a reference cannot compare: write #{if Name == "text"}…#{/if}, or in a condition Name == "text" without #{ }',
  quoted: 'a quoted text is literal: write the reference without quotes',
  unquoted: 'a quoted text is never closed: add "',
  constant: 'it is the same in every deployment: write #{Name}, Name == "text" or Name != "text"',
} as const;

/**
 * Reads a text with `#{…}` (domain.md §4); `##{` is a literal `#{`. Names are taken without the blanks around them. Linear in the length of the text.
 * Errors: DomainError `template.syntax` (invalid; facts `line` and `column`, from 1).
 */
export function parseTemplate(text: string): Template {
  if (!text.includes('#{')) return text === '' ? [] : [text];
  return parse(text, 'text') as Template;
}

/**
 * Reads an expression: a text whose expansion is truthy or not, or the bare condition of an `#{if}`, such as `Tier == "web"`. What would be the same in every
 * deployment is refused, but for `true` and `false`. Errors: as parseTemplate.
 */
export function parseExpression(text: string): Template {
  const template = parseTemplate(text);
  const literals = template.filter((part) => typeof part === 'string');
  if (literals.some((literal) => /[!=]=/.test(literal))) {
    return [{ kind: 'if', test: parse(text, 'condition') as Test, then: ['True'], otherwise: [] }];
  }
  if (/^\s*(true|false)\s*$/i.test(text)) return template;
  if (literals.some((literal) => literal.trim() !== '') || literals.length === template.length) throw refusal(text, 0, MESSAGES.constant);
  return template;
}

function parse(text: string, startRule: 'text' | 'condition'): unknown {
  return parser.parse(text, {
    startRule,
    maxDepth: MAX_TEMPLATE_DEPTH,
    refuse(problem: keyof typeof MESSAGES, offset: number): never {
      throw refusal(text, offset, MESSAGES[problem]);
    },
    filter(word: string, given: number, offset: number): FilterName {
      const name = filterNamed(word);
      if ('refused' in name) throw refusal(text, offset, name.refused);
      const { min, max } = FILTERS[name.found];
      if (given >= min && given <= max) return name.found;
      const wanted = min === max ? String(min) : `${min} to ${max}`;
      throw refusal(text, offset, `the filter ${name.found} takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${given}`);
    },
  });
}

function refusal(text: string, offset: number, message: string): DomainError {
  const before = text.slice(0, offset).split('\n');
  const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
  return new DomainError('invalid', 'template.syntax', `line ${place.line}, column ${place.column}: ${message}`, place);
}

/** True when `#{name}` is a reference to exactly this name. */
export function isReferable(name: string): boolean {
  try {
    const [part, ...rest] = parseTemplate(`#{${name}}`);
    if (part === undefined || typeof part === 'string' || part.kind !== 'reference') return false;
    return rest.length === 0 && part.filters.length === 0 && part.name.length === 1 && part.name[0] === name && name.trim() === name;
  } catch {
    return false;
  }
}
