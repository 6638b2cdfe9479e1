import { defined } from '@slipway/kernel';
import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import type { DeploymentOutcome, EndCause } from '@slipway/releases/contract';
import type { NoteChildCommand, ReportChildCommand, WakeStepCommand } from '../domain/deployment.commands';
import { DeploymentHandler } from './deployment-handler';

/** The timer of a step that waits. */
@SlipwayCommand('internal')
export class WakeStep extends CommandMessage {
  deployment!: string;
  step!: string;
}

abstract class ChildMessage extends CommandMessage {
  deployment!: string;
  token!: number;
  child!: NoteChildCommand['data']['child'];
}

@SlipwayCommand('internal')
export class NoteChild extends ChildMessage {}

@SlipwayCommand('internal')
export class ReportChild extends ChildMessage {
  outcome!: DeploymentOutcome;
  cause?: EndCause;
}

@Handles(WakeStep)
export class WakeStepHandler extends DeploymentHandler<WakeStep> {
  protected async command({ deployment, step, meta }: WakeStep): Promise<WakeStepCommand> {
    return { type: 'WakeStep', data: { step, frozen: await this.frozen(deployment) }, meta };
  }
}

@Handles(NoteChild)
export class NoteChildHandler extends DeploymentHandler<NoteChild> {
  protected command({ token, child, meta }: NoteChild): NoteChildCommand {
    return { type: 'NoteChild', data: { token, child }, meta };
  }
}

@Handles(ReportChild)
export class ReportChildHandler extends DeploymentHandler<ReportChild> {
  protected async command({ deployment, token, child, outcome, cause, meta }: ReportChild): Promise<ReportChildCommand> {
    const frozen = await this.frozen(deployment);
    return { type: 'ReportChild', data: defined({ token, child, outcome, cause, frozen }), meta };
  }
}
