import type { AttemptOutcome } from '@slipway/kernel';
import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import type {
  ClaimAttemptCommand,
  FailAttemptCommand,
  LoseAttemptCommand,
  RedispatchAttemptCommand,
  ReportAttemptCommand,
} from '../domain/deployment.commands';
import type { Cause } from '../domain/deployment.events';
import { DeploymentHandler } from './deployment-handler';

abstract class AttemptMessage extends CommandMessage {
  deployment!: string;
  step!: string;
  attempt!: number;
  token!: number;
}

@SlipwayCommand('internal')
export class ClaimAttempt extends AttemptMessage {
  worker!: string;
}

@SlipwayCommand('internal')
export class ReportAttempt extends AttemptMessage {
  worker!: string;
  outcome!: AttemptOutcome;
}

@SlipwayCommand('internal')
export class LoseAttempt extends AttemptMessage {
  cause!: Cause;
}

@SlipwayCommand('internal')
export class FailAttempt extends AttemptMessage {
  cause!: Cause;
}

@SlipwayCommand('internal')
export class RedispatchAttempt extends AttemptMessage {}

function refOf({ step, attempt, token }: AttemptMessage) {
  return { step, attempt, token };
}

@Handles(ClaimAttempt)
export class ClaimAttemptHandler extends DeploymentHandler<ClaimAttempt> {
  protected command(message: ClaimAttempt): ClaimAttemptCommand {
    return { type: 'ClaimAttempt', data: { ...refOf(message), worker: message.worker }, meta: message.meta };
  }
}

@Handles(ReportAttempt)
export class ReportAttemptHandler extends DeploymentHandler<ReportAttempt> {
  protected async command(message: ReportAttempt): Promise<ReportAttemptCommand> {
    const { worker, outcome, meta } = message;
    const frozen = await this.frozen(message.deployment);
    return { type: 'ReportAttempt', data: { ...refOf(message), worker, outcome, frozen }, meta };
  }
}

@Handles(LoseAttempt)
export class LoseAttemptHandler extends DeploymentHandler<LoseAttempt> {
  protected async command(message: LoseAttempt): Promise<LoseAttemptCommand> {
    const frozen = await this.frozen(message.deployment);
    return { type: 'LoseAttempt', data: { ...refOf(message), cause: message.cause, frozen }, meta: message.meta };
  }
}

@Handles(FailAttempt)
export class FailAttemptHandler extends DeploymentHandler<FailAttempt> {
  protected async command(message: FailAttempt): Promise<FailAttemptCommand> {
    const frozen = await this.frozen(message.deployment);
    return { type: 'FailAttempt', data: { ...refOf(message), cause: message.cause, frozen }, meta: message.meta };
  }
}

@Handles(RedispatchAttempt)
export class RedispatchAttemptHandler extends DeploymentHandler<RedispatchAttempt> {
  protected command(message: RedispatchAttempt): RedispatchAttemptCommand {
    return { type: 'RedispatchAttempt', data: refOf(message), meta: message.meta };
  }
}
