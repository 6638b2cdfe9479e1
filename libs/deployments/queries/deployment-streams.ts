import { Injectable } from '@nestjs/common';
import { EventCatalogue, EventStore, type RecordedEvent, SubscriptionHub } from '@slipway/kernel';
import { deploymentStream } from '../domain/deployment';
import type { DeploymentEvent } from '../domain/deployment.events';
import { decided, type DeploymentView, type ViewFold } from '../domain/deployment-view';
import { evolveView, openedView } from '../domain/evolve-view';
import { openDeployment } from '../reactors/open-deployment';

const OPENING_WAIT_MS = 5_000;

/** A deployment as its own stream tells it, for answers that must not lag. */
@Injectable()
export class DeploymentStreams {
  constructor(
    private readonly store: EventStore,
    private readonly hub: SubscriptionHub,
    private readonly catalogue: EventCatalogue,
  ) {}

  /** Waits, at most 5 s, for a stream that a reactor is still to open: once it has seen the log as it is now, there is none to come. */
  async opened(deployment: string): Promise<void> {
    if (await this.exists(deployment)) return;
    await this.hub.waitFor(openDeployment.name, await this.store.head(), OPENING_WAIT_MS);
  }

  private async exists(deployment: string): Promise<boolean> {
    return (await this.store.readStream(deploymentStream(deployment), { limit: 1 })).length > 0;
  }

  /** The `Deployment` as it stood at a version of its stream. */
  async viewAt(deployment: string, version: number): Promise<DeploymentView | undefined> {
    const stored = await this.store.readStream(deploymentStream(deployment), { limit: version + 1 });
    const events = stored.map((event) => this.catalogue.decode(event)) as RecordedEvent<DeploymentEvent>[];
    const fold = events.reduce<ViewFold | undefined>((before, event) => {
      if (before) return evolveView(before, event);
      return event.type === 'DeploymentOpened' ? { view: openedView(event) } : undefined;
    }, undefined);
    return fold && decided(fold);
  }
}
