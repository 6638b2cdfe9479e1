import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { FreezesReader } from '@slipway/freezes/contract';
import { Clock, EventStore, Streams, utcTime } from '@slipway/kernel';
import { type Answer, IsSlug, IsTime, Optional, positionOf, ReadModels, ReadQuery, tracedReasons } from '@slipway/platform';
import { eligibility } from '../domain/eligibility';
import { knownRelease, releaseStream } from '../domain/release';
import { releaseDecider } from '../domain/release.decider';

/** Where a release is to go, and when: absent, now. */
export class EligibilityQuery extends ReadQuery {
  @IsSlug() environment!: string;
  @Optional() @IsTime() at?: string;
}

export class ExplainEligibility {
  constructor(
    readonly project: string,
    readonly version: string,
    readonly query: EligibilityQuery,
  ) {}
}

/** Whether a release may be deployed somewhere at a time, with all that stands against it and the events behind that. */
@QueryHandler(ExplainEligibility)
export class ExplainEligibilityHandler implements IQueryHandler<ExplainEligibility> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
    private readonly freezes: FreezesReader,
    private readonly events: EventStore,
    private readonly clock: Clock,
  ) {}

  execute({ project, version, query }: ExplainEligibility): Promise<Answer<unknown>> {
    return this.models.folded(positionOf(query), async () => {
      const loaded = await this.streams.existing(releaseDecider, releaseStream(project, version));
      const at = utcTime(query.at) ?? this.clock.timestamp();
      const freezes = await this.freezes.of(project, at);
      const verdict = eligibility(knownRelease(loaded.state), query.environment, { at, freezes });
      const reasons = await tracedReasons(this.events, verdict.reasons);
      return { body: { environment: query.environment, at, ...verdict, reasons }, version: loaded.version };
    });
  }
}
