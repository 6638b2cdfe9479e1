import { Injectable } from '@nestjs/common';
import { Checkpoints, EventCatalogue, EventStore, type Reactor, type Recorded } from '@slipway/kernel';
import { deploymentStream } from '../domain/deployment';
import type { DeploymentEvent } from '../domain/deployment.events';
import { decided, type ViewFold } from '../domain/deployment-view';
import { viewAfter } from '../domain/evolve-view';
import { evolveInterruption, type InterruptionView, raisedView } from '../domain/interruption-view';
import { driveLanes } from '../reactors/drive-lanes';
import { openDeployment } from '../reactors/open-deployment';
import { deploymentAlone } from './deployment-resource';

const REACTOR_WAIT_MS = 5_000;

/** A deployment as its own stream tells it, for answers that must not lag. */
@Injectable()
export class DeploymentStreams {
  constructor(
    private readonly store: EventStore,
    private readonly checkpoints: Checkpoints,
    private readonly catalogue: EventCatalogue,
  ) {}

  /** Waits, at most 5 s, for a stream that a reactor is still to open: once it has seen the log as it is now, there is none to come. */
  async opened(deployment: string): Promise<void> {
    if (!(await this.exists(deployment))) await this.reacted(openDeployment);
  }

  /** Waits, at most 5 s, until all that were queued by now stand in their lanes. */
  laned(): Promise<void> {
    return this.reacted(driveLanes);
  }

  private async reacted({ name }: Reactor): Promise<void> {
    await this.checkpoints.waitFor(name, await this.store.head(), REACTOR_WAIT_MS);
  }

  private async exists(deployment: string): Promise<boolean> {
    return (await this.store.readStream(deploymentStream(deployment), { limit: 1 })).length > 0;
  }

  /** The `Deployment` as it stood at a version of its stream. */
  async resourceAt(deployment: string, version: number): Promise<object | undefined> {
    return resourceOf(await this.events(deployment, version + 1));
  }

  /** The `Deployment` as it stood at a position of the log: for what is decided on another stream. */
  async resourceAsOf(deployment: string, position: bigint): Promise<object | undefined> {
    return resourceOf(await this.past(deployment, position));
  }

  /** What its own stream says up to a position of the log; empty before it opened. */
  async past(deployment: string, position: bigint): Promise<Recorded<DeploymentEvent>[]> {
    const events = await this.events(deployment);
    return events.filter((event) => event.position <= position);
  }

  /** An `Interruption` as it stood at a version of its deployment's stream. */
  async interruptionAt(deployment: string, interruption: string, version: number): Promise<InterruptionView | undefined> {
    const events = await this.events(deployment, version + 1);
    return events.reduce<InterruptionView | undefined>((before, event) => {
      if (before) return evolveInterruption(before, event);
      return event.type === 'InterruptionRaised' && event.data.interruption === interruption ? raisedView(event) : undefined;
    }, undefined);
  }

  private async events(deployment: string, limit = Number.MAX_SAFE_INTEGER): Promise<Recorded<DeploymentEvent>[]> {
    const stored = await this.store.readStream(deploymentStream(deployment), { limit });
    return stored.map((event) => this.catalogue.decode(event)) as Recorded<DeploymentEvent>[];
  }
}

function resourceOf(events: readonly Recorded<DeploymentEvent>[]): object | undefined {
  const fold = events.reduce(viewAfter, undefined as ViewFold | undefined);
  return fold && deploymentAlone(decided(fold));
}
