import type { EnvironmentsReader } from '@slipway/environments/contract';
import { defined, DomainError, type FieldError, isDomainError, refuseFaults, type StepTypes } from '@slipway/kernel';
import { checkShape } from '@slipway/platform';
import { DEPLOY_RELEASE, type Step } from '../domain/process/step';
import { DEPLOYMENT_NAMES, unknownNameProblem } from '../domain/variables/slipway-names';
import { parseTemplate } from '../domain/variables/template';
import type { StepInput } from './step-input';

/** Named in the design, and not built yet. */
const LATER = ['kubernetes-apply'];

/** The steps as they are stored. Errors: DomainError `process.invalid` with every violation, `not-supported-yet`. */
export async function stepsFrom(inputs: readonly StepInput[], types: StepTypes, environments: EnvironmentsReader): Promise<Step[]> {
  const errors = inputs.flatMap((step, at) => inputErrors(step, types, `/steps/${at}`));
  const unknown = await environments.faults(inputs.flatMap((step, at) => environmentsNamed(step, `/steps/${at}`)));
  refuseFaults([...errors, ...unknown], 'process.invalid', 'The process cannot be saved');
  return inputs.map((step) =>
    defined({
      name: step.name,
      type: step.type,
      input: step.input,
      condition: step.condition ?? 'success',
      start: step.start ?? 'after-previous',
      required: step.required ?? false,
      timeout: step.timeout,
      retries: step.retries && { attempts: step.retries.attempts, delay: step.retries.delay, backoff: step.retries.backoff ?? 1 },
      pool: step.pool,
      roles: step.roles ?? [],
      environments: step.environments ?? [],
      excludeEnvironments: step.excludeEnvironments ?? [],
      channels: step.channels ?? [],
    }),
  );
}

function inputErrors({ type, input }: StepInput, types: StepTypes, pointer: string): FieldError[] {
  const stepType = types.find(type);
  if (!stepType) {
    if (LATER.includes(type)) {
      throw new DomainError(
        'unsupported',
        'not-supported-yet',
        `Step type ${type} is not supported yet; ${types.names().join(', ')} is.`,
        {},
        [{ pointer: `${pointer}/type`, message: 'is not supported yet' }],
      );
    }
    return [{ pointer: `${pointer}/type`, message: `is no step type: there is ${types.names().join(', ')}` }];
  }
  try {
    checkShape(stepType.inputClass, input, `${pointer}/input/`);
    stepType.expandInput(input, (text, place) => {
      checkTemplate(text, `${pointer}/input${place}`);
      return text;
    });
    return [];
  } catch (error) {
    if (!isDomainError(error) || error.kind === 'unsupported') throw error;
    return error.errors;
  }
}

/** Errors: those of parseTemplate, and DomainError `template.unknown-name` (invalid), with the pointer of the text. */
function checkTemplate(text: string, pointer: string): void {
  try {
    const problem = unknownNameProblem(parseTemplate(text), DEPLOYMENT_NAMES);
    if (problem !== undefined) throw new DomainError('invalid', 'template.unknown-name', problem);
  } catch (error) {
    if (!isDomainError(error)) throw error;
    throw new DomainError(error.kind, error.code, `${pointer}: ${error.message}`, error.facts, [{ pointer, message: error.message }]);
  }
}

/** The environments that a step names: those it runs in or not, and where it deploys another project. */
function environmentsNamed(
  { type, input, environments = [], excludeEnvironments = [] }: StepInput,
  pointer: string,
): [pointer: string, slug: string][] {
  const target = type === DEPLOY_RELEASE ? input['environment'] : undefined;
  return [
    ...environments.map((slug, at): [string, string] => [`${pointer}/environments/${at}`, slug]),
    ...excludeEnvironments.map((slug, at): [string, string] => [`${pointer}/excludeEnvironments/${at}`, slug]),
    ...(typeof target === 'string' ? [[`${pointer}/input/environment`, target] as [string, string]] : []),
  ];
}
