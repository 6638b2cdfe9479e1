import { type FieldError, pointerPart, refuseFaults } from '@slipway/kernel';
import { mismatch } from './scope';
import { nameKey, type Variable, type VariableContext, type VariablePrompt } from './variable';
import { VariableResolver } from './resolver';

/** Bytes of JSON that the answers of one deployment may take together: they become part of its event and of its tasks. */
export const MAX_PROMPTED_BYTES = 256 * 1024;

const CHECKED = ['True', 'False'];

/** What is wrong with prompts when variables are saved, with pointers into the body. */
export function promptProblems(variables: readonly Variable[]): FieldError[] {
  const nameOf = new Map<string, string>();
  const labelOf = new Map<string, string>();
  return variables.flatMap(({ name, value, prompt }, index) => {
    if (!prompt) return [];
    const at = `/variables/${index}`;
    const [label, key] = [nameKey(prompt.label), nameKey(name)];
    const otherName = nameOf.get(label) ?? name;
    const otherLabel = labelOf.get(key) ?? prompt.label;
    nameOf.set(label, otherName);
    labelOf.set(key, otherLabel);
    const errors = optionProblems(prompt, value, at);
    if (nameKey(otherName) !== key)
      errors.push({ pointer: `${at}/prompt/label`, message: `${otherName} is asked for with this label already: choose another` });
    if (nameKey(otherLabel) !== label)
      errors.push({
        pointer: `${at}/prompt/label`,
        message: `${name} is asked for as "${otherLabel}" already: one variable has one label`,
      });
    return errors;
  });
}

function optionProblems({ control, options }: VariablePrompt, value: string, at: string): FieldError[] {
  const pointer = `${at}/prompt/options`;
  if (control !== 'select' && options) return [{ pointer, message: 'only a select has options: leave them out' }];
  if (control === 'select' && !options?.length) return [{ pointer, message: 'a select needs options to choose from' }];
  const choices = choicesOf(control, options);
  if (value === '' || !choices || choices.includes(value)) return [];
  return [{ pointer: `${at}/value`, message: `the default of this prompt must be ${choices.join(' or ')}, or empty for none` }];
}

const choicesOf = (control: VariablePrompt['control'], options: readonly string[] | undefined) =>
  control === 'checkbox' ? CHECKED : options;

interface Question {
  /** The variable's name as first defined. */
  readonly name: string;
  readonly prompt: VariablePrompt;
  readonly hasDefault: boolean;
}

type PromptContext = Pick<VariableContext, 'environment' | 'channel'>;

/** The prompts that a deployment is asked: those of values that could apply somewhere in it, so not of those that a more specific value always beats. */
function questions(variables: readonly Variable[], { environment, channel }: PromptContext): Map<string, Question> {
  const resolver = new VariableResolver(variables, { environment, channel, roles: [] });
  const asked = new Map<string, Question>();
  for (const variable of variables) {
    const { prompt, scope, name, value } = variable;
    const { environments, channels, steps, roles } = scope ?? {};
    if (!prompt || mismatch({ environments, channels }, { environment, channel, roles: [] }) !== undefined) continue;
    if (!steps?.length && !roles?.length && resolver.winner(name) !== variable) continue;
    const key = nameKey(prompt.label);
    const known = asked.get(key);
    asked.set(key, {
      name: resolver.candidates(name)[0]?.name ?? name,
      prompt: known?.prompt.required ? known.prompt : prompt,
      hasDefault: (known?.hasDefault ?? true) && value.trim() !== '',
    });
  }
  return asked;
}

/**
 * The answers to the prompts of a deployment, by variable name. What nobody answers keeps the value that it has. An answer holds for the whole deployment.
 * Errors: DomainError `deployment.prompted` (invalid; pointers `/prompted/<label>`): a label nobody asks for, an answer that is none of the options, a required
 * one that is blank, or missing where there is no default; all answers together larger than 256 kB.
 */
export function promptedValues(
  variables: readonly Variable[],
  context: PromptContext,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const asked = questions(variables, context);
  const answers = new Map(Object.entries(given).map(([label, answer]) => [nameKey(label), answer]));
  const errors = [
    ...Object.keys(given).flatMap((label) => (asked.has(nameKey(label)) ? [] : unknownLabel(label, asked))),
    ...[...asked].flatMap(([key, question]) => answerProblem(question, answers.get(key))),
  ];
  const bytes = Buffer.byteLength(JSON.stringify(given));
  if (bytes > MAX_PROMPTED_BYTES)
    errors.push({ pointer: '/prompted', message: `takes ${bytes} bytes as JSON, more than the ${MAX_PROMPTED_BYTES} allowed: shorten it` });
  refuseFaults(errors, 'deployment.prompted', 'The deployment cannot be scheduled');
  return Object.fromEntries(
    [...asked].flatMap(([key, { name, prompt }]) => {
      const answer = answers.get(key);
      return answer === undefined ? [] : [[name, normalized(answer, prompt)] as const];
    }),
  );
}

/** Labels of required prompts that have neither an answer nor a default: nobody is there to answer for a deployment that starts by itself. */
export function unansweredPrompts(variables: readonly Variable[], context: PromptContext): string[] {
  return [...questions(variables, context).values()]
    .filter((one) => answerProblem(one, undefined).length > 0)
    .map(({ prompt }) => prompt.label);
}

function unknownLabel(label: string, asked: ReadonlyMap<string, Question>): FieldError {
  const labels = [...asked.values()].map(({ prompt }) => `"${prompt.label}"`).join(', ');
  return {
    pointer: pointerOf(label),
    message: `nothing is asked for as "${label}" here: ${labels ? `there is ${labels}` : 'there are no prompts'}`,
  };
}

function answerProblem({ prompt, hasDefault }: Question, answer: string | undefined): FieldError[] {
  const { label, required, control, options } = prompt;
  const problem = (message: string) => [{ pointer: pointerOf(label), message }];
  if (answer === undefined) return required && !hasDefault ? problem(`"${label}" must be answered`) : [];
  if (required && answer.trim() === '') return problem(`"${label}" must not be blank`);
  const choices = choicesOf(control, options);
  return choices && !choices.includes(normalized(answer, prompt)) ? problem(`"${label}" must be ${choices.join(' or ')}`) : [];
}

function normalized(answer: string, { control }: VariablePrompt): string {
  return (control === 'checkbox' && CHECKED.find((one) => one.toLowerCase() === answer.toLowerCase())) || answer;
}

function pointerOf(label: string): string {
  return `/prompted/${pointerPart(label)}`;
}
