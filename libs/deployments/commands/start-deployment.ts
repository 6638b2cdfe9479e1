import { InfrastructureError, Streams } from '@slipway/kernel';
import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import { eligibility, ReleasesReader } from '@slipway/releases/contract';
import { deploymentStream } from '../domain/deployment';
import type { StartDeploymentCommand } from '../domain/deployment.commands';
import { deploymentDecider } from '../domain/deployment.decider';
import { DeploymentHandler } from './deployment-handler';

/** The lane was granted: eligibility is asked again. */
@SlipwayCommand('internal')
export class StartDeployment extends CommandMessage {
  deployment!: string;
}

@Handles(StartDeployment)
export class StartDeploymentHandler extends DeploymentHandler<StartDeployment> {
  constructor(
    streams: Streams,
    private readonly releases: ReleasesReader,
  ) {
    super(streams);
  }

  protected async command({ deployment, meta }: StartDeployment): Promise<StartDeploymentCommand> {
    const { state } = await this.streams.existing(deploymentDecider, deploymentStream(deployment));
    const release = state.status === 'none' ? undefined : await this.releases.find(state.project, state.release);
    if (state.status === 'none' || !release)
      throw new InfrastructureError('release.missing', `deployment ${deployment} has no release`, false);
    return { type: 'StartDeployment', data: { verdict: eligibility(release, state.environment) }, meta };
  }
}
