import { Streams } from '@slipway/kernel';
import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import { ProjectsReader } from '@slipway/projects/contract';
import { ReleasesReader } from '@slipway/releases/contract';
import type { ExpireCancelCommand, ExpireDeploymentCommand, QueueDeploymentCommand } from '../domain/deployment.commands';
import { DeploymentHandler } from './deployment-handler';

/** What the timers ask for; the decider looks at the clock that comes with the command. */
@SlipwayCommand('internal')
export class QueueDeployment extends CommandMessage {
  deployment!: string;
}

@SlipwayCommand('internal')
export class ExpireDeployment extends CommandMessage {
  deployment!: string;
}

@SlipwayCommand('internal')
export class ExpireCancel extends CommandMessage {
  deployment!: string;
}

@Handles(QueueDeployment)
export class QueueDeploymentHandler extends DeploymentHandler<QueueDeployment> {
  constructor(
    streams: Streams,
    releases: ReleasesReader,
    private readonly projects: ProjectsReader,
  ) {
    super(streams, releases);
  }

  protected async command({ deployment, meta }: QueueDeployment): Promise<QueueDeploymentCommand> {
    const { project } = await this.existing(deployment);
    return { type: 'QueueDeployment', data: { supersede: await this.projects.supersedesQueued(project) }, meta };
  }
}

@Handles(ExpireDeployment)
export class ExpireDeploymentHandler extends DeploymentHandler<ExpireDeployment> {
  protected command({ meta }: ExpireDeployment): ExpireDeploymentCommand {
    return { type: 'ExpireDeployment', data: {}, meta };
  }
}

@Handles(ExpireCancel)
export class ExpireCancelHandler extends DeploymentHandler<ExpireCancel> {
  protected command({ meta }: ExpireCancel): ExpireCancelCommand {
    return { type: 'ExpireCancel', data: {}, meta };
  }
}
