import { defined, type Handled } from '@slipway/kernel';
import {
  CommandMessage,
  DecisionHandler,
  Handles,
  IsOneOf,
  IsSlug,
  IsText,
  IsWholeNumber,
  Optional,
  SlipwayCommand,
} from '@slipway/platform';
import { environmentOf, type EnvironmentState, environmentStream } from '../domain/environment';
import { type CreateEnvironmentCommand, type EnvironmentCommand, environmentDecider } from '../domain/environment.decider';
import { type EnvironmentEvent, FAILURE_MODES, type FailureMode } from '../domain/environment.events';

@SlipwayCommand('public')
export class CreateEnvironment extends CommandMessage {
  @IsSlug() slug!: string;
  @Optional() @IsText(1, 200) name?: string;
  @Optional() @IsText(0, 2_000) description?: string;
  @Optional() @IsWholeNumber(-1_000_000, 1_000_000) order?: number;
  @Optional() @IsOneOf(FAILURE_MODES) failureMode?: FailureMode;
}

@Handles(CreateEnvironment)
export class CreateEnvironmentHandler extends DecisionHandler<CreateEnvironment, EnvironmentCommand, EnvironmentState, EnvironmentEvent> {
  protected readonly decider = environmentDecider;
  protected readonly mode = 'new';

  protected stream({ slug }: CreateEnvironment): string {
    return environmentStream(slug);
  }

  protected command({ slug, name, description, order, failureMode, meta }: CreateEnvironment): CreateEnvironmentCommand {
    return { type: 'CreateEnvironment', data: defined({ slug, name, description, order, failureMode }), meta };
  }

  protected answer({ state }: Handled<EnvironmentState>): object {
    return environmentOf(state);
  }
}
