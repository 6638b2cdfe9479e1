import { DomainError } from '@slipway/kernel';
import { generate } from 'peggy';
import { TEMPLATE_GRAMMAR } from './template.grammar';
import { nameKey } from './variable';

/** A parsed text: literal pieces, and references whose name may hold references itself (`#{A[#{B}]}`). */
export type Template = readonly (string | Reference)[];
export interface Reference {
  readonly name: Template;
}

/** How deep references may be nested in each other's names. */
export const MAX_TEMPLATE_DEPTH = 32;

const parser = generate(TEMPLATE_GRAMMAR);

type Problem = 'empty' | 'deep' | 'character' | 'unclosed' | Later;
/** What Octopus' syntax has and ours will: refused until then, never taken for a variable that happens to be missing. */
type Later = 'statement' | 'filter' | 'output';
const LATER: ReadonlySet<Problem> = new Set<Later>(['statement', 'filter', 'output']);

const MESSAGES: Readonly<Record<Problem, string>> = {
  empty: '#{…} names no variable: write its name, or ##{ for a literal #{',
  deep: `references are nested deeper than ${MAX_TEMPLATE_DEPTH}`,
  character: 'a reference cannot hold this character: close it with } or write ##{ for a literal #{',
  unclosed: '#{ is never closed: add }, or write ##{ for a literal #{',
  statement: '#{if}, #{unless}, #{each}, #{calc}, #{else} and #{/…} are not supported yet: write ##{ for a literal #{',
  filter: 'filters (|) are not supported yet: write ##{ for a literal #{',
  output: 'outputs of earlier steps (#{Step[Name].Output.Key}) are not supported yet: write ##{ for a literal #{',
};

/**
 * Reads a text with `#{Name}`; `##{` is a literal `#{`. Names are taken without the blanks around them. Linear in the length of the text.
 * Errors: DomainError `template.syntax` (invalid), `not-supported-yet` (unsupported: Octopus' statements, filters and step outputs); facts `line` and `column`, from 1.
 */
export function parseTemplate(text: string): Template {
  if (!text.includes('#{')) return text === '' ? [] : [text];
  const refuse = (problem: Problem, offset: number): never => {
    const before = text.slice(0, offset).split('\n');
    const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
    const message = `line ${place.line}, column ${place.column}: ${MESSAGES[problem]}`;
    if (LATER.has(problem)) throw new DomainError('unsupported', 'not-supported-yet', message, place);
    throw new DomainError('invalid', 'template.syntax', message, place);
  };
  return parser.parse(text, { refuse, maxDepth: MAX_TEMPLATE_DEPTH }) as Template;
}

/** The text with references replaced by what `lookup` has for their names; undefined where it had nothing for one (it was asked for every name it could be). */
export function render(template: Template, lookup: (name: string) => string | undefined): string | undefined {
  const pieces = template.map((part) => {
    if (typeof part === 'string') return part;
    const name = render(part.name, lookup);
    return name === undefined ? undefined : lookup(name.trim());
  });
  return pieces.includes(undefined) ? undefined : pieces.join('');
}

/** What a reference may name: `exact`, or any name that begins and ends so. Folded as names are. */
export type Target = { readonly exact: string } | { readonly prefix: string; readonly suffix: string };

/** Every reference of a template, those inside names too. */
export function targets(template: Template): Target[] {
  return template.flatMap((part) => (typeof part === 'string' ? [] : [target(part), ...targets(part.name)]));
}

function target({ name }: Reference): Target {
  if (name.every((part) => typeof part === 'string')) return { exact: nameKey(name.join('').trim()) };
  const end = (part: string | Reference | undefined) => (typeof part === 'string' ? nameKey(part.trim()) : '');
  return { prefix: end(name[0]), suffix: end(name.at(-1)) };
}

/** True when `#{name}` is a reference to exactly this name. */
export function isReferable(name: string): boolean {
  try {
    const [part, ...rest] = parseTemplate(`#{${name}}`);
    return (
      part !== undefined &&
      typeof part !== 'string' &&
      rest.length === 0 &&
      part.name.length === 1 &&
      part.name[0] === name &&
      name.trim() === name
    );
  } catch {
    return false;
  }
}
