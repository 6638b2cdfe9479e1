import { Injectable } from '@nestjs/common';
import { type Handled, InfrastructureError, type StreamMode, Streams } from '@slipway/kernel';
import { type CommandMessage, DecisionHandler } from '@slipway/platform';
import { type KnownRelease, ReleasesReader } from '@slipway/releases/contract';
import { type DeploymentState, deploymentStream, type KnownDeployment } from '../domain/deployment';
import type { DeploymentCommand } from '../domain/deployment.commands';
import { deploymentDecider } from '../domain/deployment.decider';
import type { DeploymentEvent } from '../domain/deployment.events';
import type { Frozen } from '../domain/frozen';

/** A command decided on the stream of a deployment, and answered with its folded state. */
@Injectable()
export abstract class DeploymentDecisionHandler<M extends CommandMessage> extends DecisionHandler<
  M,
  DeploymentCommand,
  DeploymentState,
  DeploymentEvent
> {
  protected readonly decider = deploymentDecider;
  protected readonly mode: StreamMode = 'existing';

  constructor(
    streams: Streams,
    protected readonly releases: ReleasesReader,
  ) {
    super(streams);
  }

  protected answer({ state }: Handled<DeploymentState, DeploymentEvent>, _message: M): unknown {
    return state;
  }

  /** What the steps of a deployment are made of. Errors: not-found; InfrastructureError `release.missing`. */
  protected async frozen(deployment: string): Promise<Frozen> {
    return (await this.known(deployment)).frozen;
  }

  protected async known(deployment: string): Promise<{ state: KnownDeployment; release: KnownRelease; frozen: Frozen }> {
    const { state } = await this.streams.existing(deploymentDecider, deploymentStream(deployment));
    if (state.status === 'none') throw new InfrastructureError('deployment.unopened', `deployment ${deployment} has no beginning`, false);
    const release = await this.releases.find(state.project, state.release);
    const snapshot = release?.snapshots.find((one) => one.number === state.variablesSnapshot);
    if (!release || !snapshot)
      throw new InfrastructureError('release.missing', `deployment ${deployment} has no release, or not its variable snapshot`, false);
    return { state, release, frozen: { steps: release.process.steps, variables: snapshot.variables, channel: release.channel } };
  }
}

/** A command that names its deployment. */
@Injectable()
export abstract class DeploymentHandler<M extends CommandMessage & { deployment: string }> extends DeploymentDecisionHandler<M> {
  protected stream({ deployment }: M): string {
    return deploymentStream(deployment);
  }
}
