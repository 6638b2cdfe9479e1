import type { EnvironmentsReader } from '@slipway/environments/contract';
import { defined, refuseFaults } from '@slipway/kernel';
import { AreSlugs, AreTexts, IsOneOf, IsPart, IsText, IsTrueOrFalse, NotYet, Optional } from '@slipway/platform';
import { IsString } from 'class-validator';
import { PROMPT_CONTROLS, type PromptControl, type Variable } from '../domain/variables/variable';

/** Absent: any. */
export class VariableScopeInput {
  @Optional() @AreSlugs(1, 200) environments?: string[];
  @Optional() @AreTexts(1, 200, 100) roles?: string[];
  @Optional() @AreTexts(1, 200, 100) steps?: string[];
  @Optional() @AreSlugs(1, 200) channels?: string[];
  @Optional() @NotYet() circles?: never;
}

export class PromptInput {
  @IsText(1, 200) label!: string;
  @Optional() @IsTrueOrFalse() required?: boolean;
  @Optional() @IsOneOf(PROMPT_CONTROLS) control?: PromptControl;
  @Optional() @AreTexts(1, 200, 1_000) options?: string[];
}

export class VariableInput {
  @IsString({ message: 'must be a text' }) name!: string;
  @IsString({ message: 'must be a text' }) value!: string;
  @Optional() @IsPart(VariableScopeInput) scope?: VariableScopeInput;
  @Optional() @NotYet(false) sensitive?: false;
  @Optional() @IsPart(PromptInput) prompt?: PromptInput;
}

/** The variables as they are stored. Errors: DomainError `variables.invalid` for environments that do not exist. */
export async function variablesFrom(inputs: readonly VariableInput[], environments: EnvironmentsReader): Promise<Variable[]> {
  const named = inputs.flatMap(({ scope }, at) =>
    (scope?.environments ?? []).map((slug, place) => [`/variables/${at}/scope/environments/${place}`, slug] as const),
  );
  refuseFaults(await environments.faults(named), 'variables.invalid', 'The variables cannot be saved');
  return inputs.map(variableFrom);
}

function variableFrom({ name, value, scope, prompt }: VariableInput): Variable {
  const { environments, roles, steps, channels } = scope ?? {};
  const scoped = defined({ environments, roles, steps, channels });
  return defined({ name, value, scope: Object.keys(scoped).length > 0 ? scoped : undefined, prompt: prompt && promptFrom(prompt) });
}

function promptFrom({ label, required = false, control = 'text', options }: PromptInput): Variable['prompt'] {
  return defined({ label, required, control, options });
}
