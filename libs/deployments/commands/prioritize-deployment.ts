import { type Handled, Streams } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsText, SlipwayCommand } from '@slipway/platform';
import { deploymentStream, knownDeployment } from '../domain/deployment';
import { deploymentDecider } from '../domain/deployment.decider';
import {
  type LaneCommand,
  laneDecider,
  type LaneEvent,
  laneName,
  type LaneState,
  laneStream,
  type PrioritizeDeploymentCommand,
} from '../domain/lane';
import { DeploymentStreams } from '../queries/deployment-streams';

/** Decided on the lane: among those that wait there, this one is next. */
@SlipwayCommand('public')
export class PrioritizeDeployment extends CommandMessage {
  @IsText(1, 100) deployment!: string;
}

@Handles(PrioritizeDeployment)
export class PrioritizeDeploymentHandler extends DecisionHandler<PrioritizeDeployment, LaneCommand, LaneState, LaneEvent> {
  protected readonly decider = laneDecider;
  protected readonly mode = 'any';

  constructor(
    streams: Streams,
    private readonly deployments: DeploymentStreams,
  ) {
    super(streams);
  }

  protected async stream({ deployment }: PrioritizeDeployment): Promise<string> {
    // It enters its lane by a reactor: whoever just saw it queued may be faster.
    await this.deployments.laned();
    return laneStream(await this.lane(deployment));
  }

  protected async command({ deployment, meta }: PrioritizeDeployment): Promise<PrioritizeDeploymentCommand> {
    return { type: 'PrioritizeDeployment', data: { lane: await this.lane(deployment), deployment }, meta };
  }

  protected answer({ position }: Handled<LaneState, LaneEvent>, { deployment }: PrioritizeDeployment): Promise<unknown> {
    return this.deployments.resourceAsOf(deployment, position);
  }

  private async lane(deployment: string): Promise<string> {
    await this.deployments.opened(deployment);
    const { state } = await this.streams.existing(deploymentDecider, deploymentStream(deployment));
    const { project, environment } = knownDeployment(state);
    return laneName(project, environment);
  }
}
