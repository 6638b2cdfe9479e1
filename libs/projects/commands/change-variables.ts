import { EnvironmentsReader } from '@slipway/environments/contract';
import { Streams } from '@slipway/kernel';
import { CommandMessage, Handles, IsListOf, IsSlug, SlipwayCommand } from '@slipway/platform';
import type { ActiveProject } from '../domain/project';
import type { ChangeVariablesCommand } from '../domain/project.decider';
import { MAX_VARIABLES } from '../domain/variables/variable';
import { VariableInput, variablesFrom } from './variable-input';
import { ProjectHandler } from './project-handler';

/** Replaces the variables whole. Releases that exist keep their snapshots until they are told to update. */
@SlipwayCommand('public')
export class ChangeVariables extends CommandMessage {
  @IsSlug() project!: string;

  @IsListOf(VariableInput, MAX_VARIABLES, 'values')
  variables!: VariableInput[];
}

@Handles(ChangeVariables)
export class ChangeVariablesHandler extends ProjectHandler<ChangeVariables> {
  constructor(
    streams: Streams,
    private readonly environments: EnvironmentsReader,
  ) {
    super(streams);
  }

  protected async command({ variables, meta }: ChangeVariables): Promise<ChangeVariablesCommand> {
    return { type: 'ChangeVariables', data: { variables: await variablesFrom(variables, this.environments) }, meta };
  }

  protected part({ variables }: ActiveProject): object {
    return variables;
  }
}
