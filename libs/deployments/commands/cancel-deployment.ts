import { defined, type Handled, Streams } from '@slipway/kernel';
import { CommandMessage, Handles, IsReason, IsText, Optional, Settings, SlipwayCommand } from '@slipway/platform';
import { ReleasesReader } from '@slipway/releases/contract';
import type { DeploymentState } from '../domain/deployment';
import type { CancelDeploymentCommand, SupersedeDeploymentCommand } from '../domain/deployment.commands';
import type { DeploymentEvent } from '../domain/deployment.events';
import { DeploymentStreams } from '../queries/deployment-streams';
import { DeploymentHandler } from './deployment-handler';

@SlipwayCommand('public')
export class CancelDeployment extends CommandMessage {
  @IsText(1, 100) deployment!: string;
  @Optional() @IsReason() reason?: string;
}

/** A newer deployment of the project takes its place in the lane. */
@SlipwayCommand('internal')
export class SupersedeDeployment extends CommandMessage {
  deployment!: string;
  supersededBy!: string;
}

@Handles(SupersedeDeployment)
export class SupersedeDeploymentHandler extends DeploymentHandler<SupersedeDeployment> {
  protected command({ supersededBy, meta }: SupersedeDeployment): SupersedeDeploymentCommand {
    return { type: 'SupersedeDeployment', data: { supersededBy }, meta };
  }
}

@Handles(CancelDeployment)
export class CancelDeploymentHandler extends DeploymentHandler<CancelDeployment> {
  constructor(
    streams: Streams,
    releases: ReleasesReader,
    private readonly deployments: DeploymentStreams,
    private readonly settings: Settings,
  ) {
    super(streams, releases);
  }

  override async execute(message: CancelDeployment) {
    // Its stream is opened by a reactor: whoever just scheduled it may be faster.
    await this.deployments.opened(message.deployment);
    return super.execute(message);
  }

  protected command({ reason, meta }: CancelDeployment): CancelDeploymentCommand {
    return { type: 'CancelDeployment', data: defined({ reason, leaseSeconds: this.settings.LEASE_SECONDS }), meta };
  }

  protected override answer({ version }: Handled<DeploymentState, DeploymentEvent>, { deployment }: CancelDeployment): Promise<unknown> {
    return this.deployments.resourceAt(deployment, version);
  }
}
