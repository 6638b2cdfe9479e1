import { Injectable } from '@nestjs/common';
import { type Handled, type StreamMode, Streams } from '@slipway/kernel';
import { type CommandMessage, DecisionHandler, ReadModels } from '@slipway/platform';
import { knownRelease, type ReleaseState, releaseStream } from '../domain/release';
import { type ReleaseCommand, releaseDecider } from '../domain/release.decider';
import type { ReleaseEvent } from '../domain/release.events';
import { releaseList } from '../projections/release-list';
import { currentReleases } from '../queries/current-releases';
import { releaseResource } from '../queries/release-resource';

/** A command about one release, answered with the Release. */
@Injectable()
export abstract class ReleaseHandler<M extends CommandMessage & { project: string; version: string }> extends DecisionHandler<
  M,
  ReleaseCommand,
  ReleaseState,
  ReleaseEvent
> {
  protected readonly decider = releaseDecider;
  protected readonly mode: StreamMode = 'existing';

  constructor(
    streams: Streams,
    protected readonly models: ReadModels,
  ) {
    super(streams);
  }

  protected stream({ project, version }: M): string {
    return releaseStream(project, version);
  }

  protected async answer({ state, position }: Handled<ReleaseState, ReleaseEvent>): Promise<unknown> {
    const release = knownRelease(state);
    const current = await this.models.now(releaseList, (snapshot) => currentReleases(snapshot, release.project));
    // The first answer again, however late a repeat comes: what other releases did since is left out.
    const then = Object.entries(current).filter(([, running]) => running.position <= position);
    return releaseResource(release, Object.fromEntries(then));
  }
}
