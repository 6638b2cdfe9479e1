import { EnvironmentsReader } from '@slipway/environments/contract';
import { defined, DomainError, type FieldError, type Handled, Streams } from '@slipway/kernel';
import {
  CommandMessage,
  DecisionHandler,
  Handles,
  IsListOf,
  IsPart,
  IsSlug,
  IsText,
  NotYet,
  Optional,
  SlipwayCommand,
} from '@slipway/platform';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString } from 'class-validator';
import { activeProject, type ProjectState, projectStream } from '../domain/project';
import { type ChangeVariablesCommand, type ProjectCommand, projectDecider } from '../domain/project.decider';
import type { ProjectEvent } from '../domain/project.events';
import { MAX_VARIABLES, type Variable } from '../domain/variables/variable';

/** Absent: any. */
export class VariableScopeInput {
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must name at least one' })
  @ArrayMaxSize(200)
  @IsSlug(true)
  environments?: string[];
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must name at least one' })
  @ArrayMaxSize(200)
  @IsText(1, 100, true)
  roles?: string[];
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must name at least one' })
  @ArrayMaxSize(200)
  @IsText(1, 100, true)
  steps?: string[];
  @Optional()
  @IsArray({ message: 'must be a list' })
  @ArrayMinSize(1, { message: 'must name at least one' })
  @ArrayMaxSize(200)
  @IsSlug(true)
  channels?: string[];
  @Optional() @NotYet() circles?: never;
}

export class VariableInput {
  @IsString({ message: 'must be a text' }) name!: string;
  @IsString({ message: 'must be a text' }) value!: string;
  @Optional() @IsPart(VariableScopeInput) scope?: VariableScopeInput;
  @Optional() @NotYet(false) sensitive?: false;
  @Optional() @NotYet() prompt?: never;
}

/** Replaces the variables whole. Releases that exist keep their snapshots until they are told to update. */
@SlipwayCommand('public')
export class ChangeVariables extends CommandMessage {
  @IsSlug() project!: string;

  @IsListOf(VariableInput, MAX_VARIABLES, 'values')
  variables!: VariableInput[];
}

@Handles(ChangeVariables)
export class ChangeVariablesHandler extends DecisionHandler<ChangeVariables, ProjectCommand, ProjectState, ProjectEvent> {
  protected readonly decider = projectDecider;
  protected readonly mode = 'existing';

  constructor(
    streams: Streams,
    private readonly environments: EnvironmentsReader,
  ) {
    super(streams);
  }

  protected stream({ project }: ChangeVariables): string {
    return projectStream(project);
  }

  protected async command({ variables, meta }: ChangeVariables): Promise<ChangeVariablesCommand> {
    await this.checkEnvironments(variables);
    return { type: 'ChangeVariables', data: { variables: variables.map(variableFrom) }, meta };
  }

  protected answer({ state }: Handled<ProjectState>): object {
    return activeProject(state).variables;
  }

  private async checkEnvironments(variables: readonly VariableInput[]): Promise<void> {
    const errors: FieldError[] = [];
    const missing = await this.environments.missing(variables.flatMap(({ scope }) => scope?.environments ?? []));
    for (const [at, { scope }] of variables.entries()) {
      for (const [place, slug] of (scope?.environments ?? []).entries()) {
        if (!missing.has(slug)) continue;
        errors.push({
          pointer: `/variables/${at}/scope/environments/${place}`,
          message: `there is no environment ${slug}: create it first`,
        });
      }
    }
    if (errors.length > 0)
      throw new DomainError('invalid', 'variables.invalid', 'The variables name environments that do not exist: see errors.', {}, errors);
  }
}

function variableFrom({ name, value, scope }: VariableInput): Variable {
  const { environments, roles, steps, channels } = scope ?? {};
  const stored = defined({ environments, roles, steps, channels });
  return Object.keys(stored).length > 0 ? { name, value, scope: stored } : { name, value };
}
