import { Injectable } from '@nestjs/common';
import { defined, DomainError, Streams } from '@slipway/kernel';
import {
  type CommandAnswer,
  CommandGateway,
  CommandMessage,
  Handles,
  IsPart,
  IsText,
  Optional,
  ReadModels,
  SlipwayCommand,
} from '@slipway/platform';
import { FreezeOverrideInput } from '@slipway/releases/contract';
import { deploymentStream, type KnownDeployment, knownDeployment } from '../domain/deployment';
import { deploymentDecider } from '../domain/deployment.decider';
import { DeploymentStreams } from '../queries/deployment-streams';
import { isOvertaken, successBefore } from '../queries/lane-history';
import { deploymentsProjection } from '../projections/deployments';

abstract class RepeatMessage extends CommandMessage {
  @IsText(1, 100) deployment!: string;
  @Optional() @IsPart(FreezeOverrideInput) overrideFreeze?: FreezeOverrideInput;
}

/** The same once more: release, environment, variable snapshot and options of a deployment, under a new id. */
@SlipwayCommand('public')
export class RedeployDeployment extends RepeatMessage {}

/** Back to what succeeded in its environment before it, with the variables and options of then. */
@SlipwayCommand('public')
export class RollBackDeployment extends RepeatMessage {}

/** Both are decided on the release that is to run again, like any other request for a deployment of it. */
@Injectable()
abstract class RepeatHandler<M extends RepeatMessage> {
  constructor(
    private readonly streams: Streams,
    private readonly gateway: CommandGateway,
    private readonly deployments: DeploymentStreams,
  ) {}

  abstract execute(message: M): Promise<CommandAnswer | undefined>;

  protected async known(deployment: string): Promise<KnownDeployment> {
    await this.deployments.opened(deployment);
    return knownDeployment((await this.streams.existing(deploymentDecider, deploymentStream(deployment))).state);
  }

  protected repeat(original: KnownDeployment, how: { as: string; rollbackOf?: string }, message: M): Promise<CommandAnswer | undefined> {
    const { project, release: version, environment, failureMode, comment, priority, prompted, variablesSnapshot } = original;
    const exclude = original.plan.filter((step) => step.excluded).map((step) => step.name);
    const overrideFreeze = message.overrideFreeze && { reason: message.overrideFreeze.reason };
    const redeployOf = original.deployment;
    const options = { exclude, failureMode, comment, priority, prompted, variablesSnapshot, redeployOf, overrideFreeze };
    return this.gateway.pass('RepeatDeployment', defined({ ...how, project, version, environment, ...options }), message);
  }
}

@Handles(RedeployDeployment)
export class RedeployDeploymentHandler extends RepeatHandler<RedeployDeployment> {
  async execute(message: RedeployDeployment): Promise<CommandAnswer | undefined> {
    return this.repeat(await this.known(message.deployment), { as: 'RedeployDeployment' }, message);
  }
}

@Handles(RollBackDeployment)
export class RollBackDeploymentHandler extends RepeatHandler<RollBackDeployment> {
  constructor(
    streams: Streams,
    gateway: CommandGateway,
    deployments: DeploymentStreams,
    private readonly models: ReadModels,
  ) {
    super(streams, gateway, deployments);
  }

  async execute(message: RollBackDeployment): Promise<CommandAnswer | undefined> {
    const { deployment: rollbackOf } = message;
    const undone = await this.known(rollbackOf);
    const { before, overtaken } = await this.models.asOfHead(deploymentsProjection, async (snapshot) => ({
      before: await successBefore(snapshot, rollbackOf),
      overtaken: await isOvertaken(snapshot, rollbackOf),
    }));
    if ('none' in before) throw refused(before.none, undone);
    // Not when its first answer is looked for: by then the roll back itself may have overtaken what it undid.
    if (overtaken && !message.recall) throw refused('overtaken', undone);
    return this.repeat(await this.known(before.deployment), { as: 'RollBackDeployment', rollbackOf }, message);
  }
}

const WHY = {
  'not-ended': 'it has not ended: cancel it, or wait for its end',
  'never-started': 'it never started, so there is nothing to take back',
  overtaken: 'a later deployment succeeded there: roll that one back',
  'nothing-before': 'no other release or variables succeeded there before it',
};

function refused(why: keyof typeof WHY, { deployment, environment, status }: KnownDeployment): DomainError {
  const message = `Deployment ${deployment} to ${environment} cannot be rolled back: ${WHY[why]}.`;
  return new DomainError('conflict', `deployment.${why}`, message, { deployment, environment, state: status });
}
