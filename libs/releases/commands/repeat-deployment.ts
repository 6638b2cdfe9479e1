import type { FailureMode } from '@slipway/environments/contract';
import { defined } from '@slipway/kernel';
import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import type { RepeatDeploymentCommand } from '../domain/schedule-deployment';
import { SchedulingHandler } from './scheduling-handler';

/** The options of an earlier deployment, and what it is repeated for: decided on its release like any other. */
@SlipwayCommand('internal')
export class RepeatDeployment extends CommandMessage {
  as!: RepeatDeploymentCommand['type'];
  project!: string;
  version!: string;
  environment!: string;
  exclude!: readonly string[];
  failureMode!: FailureMode;
  comment?: string;
  priority!: boolean;
  prompted?: Readonly<Record<string, string>>;
  variablesSnapshot!: number;
  redeployOf!: string;
  rollbackOf?: string;
  overrideFreeze?: { readonly reason: string };
}

@Handles(RepeatDeployment)
export class RepeatDeploymentHandler extends SchedulingHandler<RepeatDeployment> {
  protected async command(message: RepeatDeployment): Promise<RepeatDeploymentCommand> {
    const { as, environment, exclude, failureMode, comment, priority, prompted, variablesSnapshot, redeployOf, rollbackOf, meta } = message;
    const options = { environment, exclude, failureMode, comment, priority, prompted, variablesSnapshot };
    const freezes = await this.freezes.of(message.project, meta.now);
    const { overrideFreeze } = message;
    return { type: as, data: defined({ ...options, redeployOf, rollbackOf, freezes, overrideFreeze }), meta };
  }
}
