import { EnvironmentsReader } from '@slipway/environments/contract';
import { type Handled, Streams } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsListOf, IsSlug, SlipwayCommand } from '@slipway/platform';
import { activeProject, type ProjectState, projectStream } from '../domain/project';
import { type ChangeVariablesCommand, type ProjectCommand, projectDecider } from '../domain/project.decider';
import type { ProjectEvent } from '../domain/project.events';
import { MAX_VARIABLES } from '../domain/variables/variable';
import { VariableInput, variablesFrom } from './variable-input';

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
    return { type: 'ChangeVariables', data: { variables: await variablesFrom(variables, this.environments) }, meta };
  }

  protected answer({ state }: Handled<ProjectState>): object {
    return activeProject(state).variables;
  }
}
