import { Injectable } from '@nestjs/common';
import { Clock, EventStore, type RecordedEvent } from '@slipway/kernel';
import { deploymentStream } from '../domain/deployment';
import type { DeploymentEvent } from '../domain/deployment.events';
import { decided, type DeploymentView, type ViewFold } from '../domain/deployment-view';
import { evolveView, openedView } from '../domain/evolve-view';

const OPENING_WAIT_MS = 5_000;
const LOOK_MS = 20;

/** A deployment as its own stream tells it, for answers that must not lag. */
@Injectable()
export class DeploymentStreams {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** Waits, at most 5 s, for a stream that a reactor is still to open; false: there is none. */
  async opened(deployment: string): Promise<boolean> {
    for (const until = this.clock.now() + OPENING_WAIT_MS; ; await this.clock.sleep(LOOK_MS)) {
      if ((await this.store.readStream(deploymentStream(deployment), { limit: 1 })).length > 0) return true;
      if (this.clock.now() >= until) return false;
    }
  }

  /** The `Deployment` as it stood at a version of its stream. */
  async viewAt(deployment: string, version: number): Promise<DeploymentView | undefined> {
    const events = (await this.store.readStream(deploymentStream(deployment), { limit: version + 1 })) as RecordedEvent<DeploymentEvent>[];
    const fold = events.reduce<ViewFold | undefined>((before, event) => {
      if (before) return evolveView(before, event);
      return event.type === 'DeploymentOpened' ? { view: openedView(event) } : undefined;
    }, undefined);
    return fold && decided(fold);
  }
}
