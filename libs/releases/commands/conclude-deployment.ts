import { defined } from '@slipway/kernel';
import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import type { ConcludeDeploymentCommand } from '../domain/conclude-deployment';
import type { DeploymentOutcome, EndCause } from '../domain/release.events';
import { ReleaseHandler } from './release-handler';

/** Told by a reactor when one of the release's deployments ended. */
@SlipwayCommand('internal')
export class ConcludeDeployment extends CommandMessage {
  project!: string;
  version!: string;
  deployment!: string;
  outcome!: DeploymentOutcome;
  started!: boolean;
  endedAt!: string;
  cause?: EndCause;
}

@Handles(ConcludeDeployment)
export class ConcludeDeploymentHandler extends ReleaseHandler<ConcludeDeployment> {
  protected command({ deployment, outcome, started, endedAt, cause, meta }: ConcludeDeployment): ConcludeDeploymentCommand {
    return { type: 'ConcludeDeployment', data: defined({ deployment, outcome, started, endedAt, cause }), meta };
  }
}
