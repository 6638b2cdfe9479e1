import { defined, type Handled } from '@slipway/kernel';
import { Clearable, CommandMessage, DecisionHandler, Handles, IsSlug, IsText, SlipwayCommand } from '@slipway/platform';
import { activeVariableSet, type VariableSetState, variableSetStream } from '../domain/variable-sets/variable-set';
import { type ChangeVariableSetCommand, type VariableSetCommand, variableSetDecider } from '../domain/variable-sets/variable-set.decider';
import type { VariableSetEvent } from '../domain/variable-sets/variable-set.events';

/** What is left out stays; null takes a value away. */
@SlipwayCommand('public')
export class ChangeVariableSet extends CommandMessage {
  @IsSlug() set!: string;
  @Clearable() @IsText(1, 200) name?: string | null;
  @Clearable() @IsText(0, 2_000) description?: string | null;
}

@Handles(ChangeVariableSet)
export class ChangeVariableSetHandler extends DecisionHandler<ChangeVariableSet, VariableSetCommand, VariableSetState, VariableSetEvent> {
  protected readonly decider = variableSetDecider;
  protected readonly mode = 'existing';

  protected stream({ set }: ChangeVariableSet): string {
    return variableSetStream(set);
  }

  protected command({ name, description, meta }: ChangeVariableSet): ChangeVariableSetCommand {
    return { type: 'ChangeVariableSet', data: defined({ name, description }), meta };
  }

  protected answer({ state }: Handled<VariableSetState>): object {
    return activeVariableSet(state).set;
  }
}
