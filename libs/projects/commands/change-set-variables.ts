import { EnvironmentsReader } from '@slipway/environments/contract';
import { type Handled, Streams } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsListOf, IsSlug, SlipwayCommand } from '@slipway/platform';
import { activeVariableSet, type VariableSetState, variableSetStream } from '../domain/variable-sets/variable-set';
import { type ChangeSetVariablesCommand, type VariableSetCommand, variableSetDecider } from '../domain/variable-sets/variable-set.decider';
import type { VariableSetEvent } from '../domain/variable-sets/variable-set.events';
import { MAX_VARIABLES } from '../domain/variables/variable';
import { VariableInput, variablesFrom } from './variable-input';

/** Replaces the variables of a set whole. Releases that exist keep their snapshots until they are told to update. */
@SlipwayCommand('public')
export class ChangeSetVariables extends CommandMessage {
  @IsSlug() set!: string;

  @IsListOf(VariableInput, MAX_VARIABLES, 'values')
  variables!: VariableInput[];
}

@Handles(ChangeSetVariables)
export class ChangeSetVariablesHandler extends DecisionHandler<ChangeSetVariables, VariableSetCommand, VariableSetState, VariableSetEvent> {
  protected readonly decider = variableSetDecider;
  protected readonly mode = 'existing';

  constructor(
    streams: Streams,
    private readonly environments: EnvironmentsReader,
  ) {
    super(streams);
  }

  protected stream({ set }: ChangeSetVariables): string {
    return variableSetStream(set);
  }

  protected async command({ variables, meta }: ChangeSetVariables): Promise<ChangeSetVariablesCommand> {
    return { type: 'ChangeSetVariables', data: { variables: await variablesFrom(variables, this.environments) }, meta };
  }

  protected answer({ state }: Handled<VariableSetState>): object {
    return activeVariableSet(state).variables;
  }
}
