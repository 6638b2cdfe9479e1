import { Injectable } from '@nestjs/common';
import { type Handled, InfrastructureError, type StreamMode, Streams } from '@slipway/kernel';
import { type CommandMessage, DecisionHandler } from '@slipway/platform';
import { type KnownRelease, ReleasesReader } from '@slipway/releases/contract';
import { type DeploymentState, deploymentStream, type KnownDeployment, knownDeployment } from '../domain/deployment';
import type { DeploymentCommand } from '../domain/deployment.commands';
import { deploymentDecider } from '../domain/deployment.decider';
import type { DeploymentEvent } from '../domain/deployment.events';
import { type Frozen, frozenOf } from '../domain/frozen';

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

  /** Errors: not-found. */
  protected async existing(deployment: string): Promise<KnownDeployment> {
    return knownDeployment((await this.streams.existing(deploymentDecider, deploymentStream(deployment))).state);
  }

  protected async known(deployment: string): Promise<{ state: KnownDeployment; release: KnownRelease; frozen: Frozen }> {
    const state = await this.existing(deployment);
    const release = await this.releases.find(state.project, state.release);
    const frozen = release && frozenOf(release, state.variablesSnapshot);
    if (!frozen)
      throw new InfrastructureError('release.missing', `deployment ${deployment} has no release, or not its variable snapshot`, false);
    return { state, release, frozen };
  }
}

/** A command that names its deployment. */
@Injectable()
export abstract class DeploymentHandler<M extends CommandMessage & { deployment: string }> extends DeploymentDecisionHandler<M> {
  protected stream({ deployment }: M): string {
    return deploymentStream(deployment);
  }
}
