import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { FreezesReader } from '@slipway/freezes/contract';
import { Clock, Streams } from '@slipway/kernel';
import { type Answer, type MomentQuery, ReadModels } from '@slipway/platform';
import { knownRelease, releaseStream } from '../domain/release';
import { releaseDecider } from '../domain/release.decider';
import { readCurrent } from './current-releases';
import { progressionResource } from './release-resource';

export class ShowProgression {
  constructor(
    readonly project: string,
    readonly version: string,
    readonly query: MomentQuery,
  ) {}
}

/** Where a release may go, now or as it was at an earlier moment: with the freezes of that moment. */
@QueryHandler(ShowProgression)
export class ShowProgressionHandler implements IQueryHandler<ShowProgression> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
    private readonly freezes: FreezesReader,
    private readonly clock: Clock,
  ) {}

  execute({ project, version, query }: ShowProgression): Promise<Answer<unknown>> {
    return this.models.foldedAsOf(query, async (moment) => {
      const loaded = await this.streams.existing(releaseDecider, releaseStream(project, version), moment?.position);
      const current = await readCurrent(this.models, project, query, moment);
      const at = moment?.at ?? this.clock.timestamp();
      const freezes = await this.freezes.of(project, at, moment?.position);
      return { body: progressionResource(knownRelease(loaded.state), current, { at, freezes }), version: loaded.version };
    });
  }
}
