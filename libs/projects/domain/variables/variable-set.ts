import { DomainError, type FieldError, isDomainError } from '@slipway/kernel';
import { referenceCycles } from './reference-cycles';
import { promptProblems } from './prompts';
import { isReferable, parseTemplate, type Template } from './template';
import { ties } from './ties';
import { MAX_NAME_LENGTH, MAX_VARIABLES, MAX_VARIABLES_BYTES, type Variable } from './variable';

/**
 * Refuses a set that could not be resolved in every context: a set that passes has no tie and no circle anywhere.
 * Errors, with all problems as pointers into the body (`/variables/3/value`): DomainError `variables.too-large`, `variables.invalid` (invalid).
 */
export function checkVariables(variables: readonly Variable[]): void {
  checkSize(variables);
  const texts = variables.map(({ value }, index) => read(value, `/variables/${index}/value`));
  const templates = texts.map(({ template }) => template ?? []);
  const errors = [
    ...variables.flatMap(({ name }, index) => nameProblems(name, `/variables/${index}/name`)),
    ...texts.flatMap(({ problem }) => problem ?? []),
    ...promptProblems(variables),
    ...ties(variables),
    ...referenceCycles(variables, templates).map((cycle) => cycleProblem(variables, cycle)),
  ];
  if (errors.length > 0) throw new DomainError('invalid', 'variables.invalid', 'The variables cannot be saved: see errors.', {}, errors);
}

function checkSize(variables: readonly Variable[]): void {
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (variables.length <= MAX_VARIABLES && bytes <= MAX_VARIABLES_BYTES) return;
  const limits = `A project holds at most ${MAX_VARIABLES} values and ${MAX_VARIABLES_BYTES} bytes of JSON`;
  const message = `${limits}, these are ${variables.length} and ${bytes}: remove some, or move long texts into files.`;
  throw new DomainError('invalid', 'variables.too-large', message, { values: variables.length, bytes });
}

function read(value: string, pointer: string): { template?: Template; problem?: FieldError } {
  try {
    return { template: parseTemplate(value) };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return { problem: { pointer, message: error.message } };
  }
}

/** Names that Slipway gives texts to: `Slipway.Deployment.Error`, `Step[Pack].Output.Version`. */
const RESERVED = /^(slipway\.|step\[)/i;

function nameProblems(name: string, pointer: string): FieldError[] {
  if (name.trim() === '') return [{ pointer, message: 'a variable needs a name' }];
  if (name.length > MAX_NAME_LENGTH)
    return [{ pointer, message: `a name has at most ${MAX_NAME_LENGTH} characters, this one ${name.length}` }];
  if (/\p{Cc}/u.test(name)) return [{ pointer, message: 'a name has no control characters such as line breaks' }];
  if (RESERVED.test(name))
    return [{ pointer, message: 'names beginning with Slipway. or Step[ are set by Slipway itself: choose another' }];
  if (isReferable(name)) return [];
  const rule =
    'leave out # { } |, blanks at the ends, a leading /, the words if, unless, each and calc followed by a blank, and the name else';
  return [{ pointer, message: `#{${name}} would not refer to this variable: ${rule}` }];
}

function cycleProblem(variables: readonly Variable[], cycle: readonly number[]): FieldError {
  const start = cycle.indexOf(Math.min(...cycle));
  const around = [...cycle.slice(start), ...cycle.slice(0, start + 1)];
  const path = around.map((index) => `${variables[index]?.name} (/variables/${index})`).join(' → ');
  return { pointer: `/variables/${around[0]}/value`, message: `the values refer to each other in a circle: ${path}; break it` };
}
