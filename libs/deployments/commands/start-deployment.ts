import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import { eligibility } from '@slipway/releases/contract';
import type { StartDeploymentCommand } from '../domain/deployment.commands';
import { DeploymentHandler } from './deployment-handler';

/** The lane was granted: eligibility is asked again. */
@SlipwayCommand('internal')
export class StartDeployment extends CommandMessage {
  deployment!: string;
}

@Handles(StartDeployment)
export class StartDeploymentHandler extends DeploymentHandler<StartDeployment> {
  protected async command({ deployment, meta }: StartDeployment): Promise<StartDeploymentCommand> {
    const { state, release, frozen } = await this.known(deployment);
    return { type: 'StartDeployment', data: { verdict: eligibility(release, state.environment), frozen }, meta };
  }
}
