import { defined, type Handled } from '@slipway/kernel';
import {
  Clearable,
  CommandMessage,
  DecisionHandler,
  Handles,
  IsOneOf,
  IsSlug,
  IsText,
  IsWholeNumber,
  SlipwayCommand,
} from '@slipway/platform';
import { environmentOf, type EnvironmentState, environmentStream } from '../domain/environment';
import { type ChangeEnvironmentCommand, type EnvironmentCommand, environmentDecider } from '../domain/environment.decider';
import { type EnvironmentEvent, FAILURE_MODES, type FailureMode } from '../domain/environment.events';

/** What is left out stays; null takes a value away. */
@SlipwayCommand('public')
export class ChangeEnvironment extends CommandMessage {
  @IsSlug() environment!: string;
  @Clearable() @IsText(1, 200) name?: string | null;
  @Clearable() @IsText(0, 2_000) description?: string | null;
  @Clearable() @IsWholeNumber(-1_000_000, 1_000_000) order?: number | null;
  @Clearable() @IsOneOf(FAILURE_MODES) failureMode?: FailureMode | null;
}

@Handles(ChangeEnvironment)
export class ChangeEnvironmentHandler extends DecisionHandler<ChangeEnvironment, EnvironmentCommand, EnvironmentState, EnvironmentEvent> {
  protected readonly decider = environmentDecider;
  protected readonly mode = 'existing';

  protected stream({ environment }: ChangeEnvironment): string {
    return environmentStream(environment);
  }

  protected command({ name, description, order, failureMode, meta }: ChangeEnvironment): ChangeEnvironmentCommand {
    return { type: 'ChangeEnvironment', data: defined({ name, description, order, failureMode }), meta };
  }

  protected answer({ state }: Handled<EnvironmentState>): object {
    return environmentOf(state);
  }
}
