import { defined, type Handled } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsSlug, IsText, Optional, SlipwayCommand } from '@slipway/platform';
import { activeVariableSet, type VariableSetState, variableSetStream } from '../domain/variable-sets/variable-set';
import { type CreateVariableSetCommand, type VariableSetCommand, variableSetDecider } from '../domain/variable-sets/variable-set.decider';
import type { VariableSetEvent } from '../domain/variable-sets/variable-set.events';

@SlipwayCommand('public')
export class CreateVariableSet extends CommandMessage {
  @IsSlug() slug!: string;
  @Optional() @IsText(1, 200) name?: string;
  @Optional() @IsText(0, 2_000) description?: string;
}

@Handles(CreateVariableSet)
export class CreateVariableSetHandler extends DecisionHandler<CreateVariableSet, VariableSetCommand, VariableSetState, VariableSetEvent> {
  protected readonly decider = variableSetDecider;
  protected readonly mode = 'new';

  protected stream({ slug }: CreateVariableSet): string {
    return variableSetStream(slug);
  }

  protected command({ slug, name, description, meta }: CreateVariableSet): CreateVariableSetCommand {
    return { type: 'CreateVariableSet', data: defined({ slug, name, description }), meta };
  }

  protected answer({ state }: Handled<VariableSetState>): object {
    return activeVariableSet(state).set;
  }
}
