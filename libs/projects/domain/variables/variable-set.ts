import { DomainError, type FieldError, isDomainError, refuseFaults } from '@slipway/kernel';
import { referenceCycles } from './reference-cycles';
import { promptProblems } from './prompts';
import { ALL_NAMES, unknownNameProblem } from './slipway-names';
import { isReferable, parseTemplate, type Template } from './template';
import { ties } from './ties';
import { MAX_NAME_LENGTH, MAX_VARIABLES, MAX_VARIABLES_BYTES, type Variable } from './variable';

/**
 * Refuses a set that could not be resolved in every context: a set that passes has no tie and no circle anywhere.
 * Errors, with all problems as pointers into the body (`/variables/3/value`): DomainError `variables.too-large`, `variables.invalid` (invalid).
 */
export function checkVariables(variables: readonly Variable[]): void {
  const tooLarge = sizeProblem(variables);
  if (tooLarge)
    throw new DomainError('invalid', 'variables.too-large', `The variables cannot be saved: ${tooLarge.message}.`, tooLarge.facts);
  const texts = variables.map(({ value }, index) => read(value, `/variables/${index}/value`));
  const templates = texts.map(({ template }) => template ?? []);
  const errors = [
    ...variables.flatMap(({ name }, index) => nameProblems(name, `/variables/${index}/name`)),
    ...texts.flatMap(({ problem }) => problem ?? []),
    ...promptProblems(variables),
    ...ties(variables),
    ...referenceCycles(variables, templates).map((cycle) => cycleProblem(variables, cycle)),
  ];
  refuseFaults(errors, 'variables.invalid', 'The variables cannot be saved');
}

/**
 * What is wrong with the values of a project and of its sets together, each of which passed checkVariables alone: their size, prompts with one label, circles.
 * In words that name variables and sets, since no request holds them all.
 */
export function sharedProblems(variables: readonly Variable[]): string[] {
  const templates = variables.map(({ value }) => parseTemplate(value));
  const named = (index: number) => `${variables[index]?.name} (${sourceOf(variables[index])})`;
  const tooLarge = sizeProblem(variables);
  const ofIndex = (pointer: string) => named(Number(pointer.split('/')[2]));
  return [
    ...(tooLarge ? [tooLarge.message] : []),
    ...promptProblems(variables).map(({ pointer, message }) => `${ofIndex(pointer)}: ${message}`),
    ...referenceCycles(variables, templates).map(
      (cycle) => `the values refer to each other in a circle: ${around(cycle).map(named).join(' → ')}`,
    ),
  ];
}

/** `project`, or `library:<slug>` of the set. */
export function sourceOf(variable: Variable | undefined): string {
  return variable?.set === undefined ? 'project' : `library:${variable.set}`;
}

function sizeProblem(variables: readonly Variable[]): { message: string; facts: { values: number; bytes: number } } | undefined {
  const [values, bytes] = [variables.length, Buffer.byteLength(JSON.stringify(variables))];
  if (values <= MAX_VARIABLES && bytes <= MAX_VARIABLES_BYTES) return undefined;
  const limits = `at most ${MAX_VARIABLES} values and ${MAX_VARIABLES_BYTES} bytes of JSON are allowed`;
  return { message: `${limits}, these are ${values} and ${bytes}: remove some, or move long texts into files`, facts: { values, bytes } };
}

function read(value: string, pointer: string): { template?: Template; problem?: FieldError } {
  try {
    const template = parseTemplate(value);
    const message = unknownNameProblem(template, ALL_NAMES);
    return { template, ...(message !== undefined && { problem: { pointer, message } }) };
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
    'leave out # { } | == !=, blanks at the ends, a leading /, the words if, unless, each and calc followed by a blank, and the name else';
  return [{ pointer, message: `#{${name}} would not refer to this variable: ${rule}` }];
}

function cycleProblem(variables: readonly Variable[], cycle: readonly number[]): FieldError {
  const path = around(cycle).map((index) => `${variables[index]?.name} (/variables/${index})`);
  const message = `the values refer to each other in a circle: ${path.join(' → ')}; break it`;
  return { pointer: `/variables/${around(cycle)[0]}/value`, message };
}

/** A circle from its first value back to it. */
function around(cycle: readonly number[]): number[] {
  const start = cycle.indexOf(Math.min(...cycle));
  return [...cycle.slice(start), ...cycle.slice(0, start + 1)];
}
