import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { ReadStore, Streams } from '@slipway/kernel';
import { type Answer, type Page, type PageQuery, paged, positionOf, ReadModels, type ReadQuery } from '@slipway/platform';
import { eventReplayStream } from '../domain/event-replay';
import { eventReplayDecider } from '../domain/event-replay.decider';
import { eventReplayList, eventReplaysTable } from '../projections/event-replay-list';
import { type EventReplayResource, eventReplayResource } from './event-replay-resource';

export class ListEventReplays {
  constructor(readonly page: PageQuery) {}
}

@QueryHandler(ListEventReplays)
export class ListEventReplaysHandler implements IQueryHandler<ListEventReplays> {
  constructor(
    private readonly models: ReadModels,
    private readonly store: ReadStore,
  ) {}

  async execute({ page }: ListEventReplays): Promise<Answer<Page<EventReplayResource>>> {
    const reached = await this.store.checkpoints();
    return this.models.from(eventReplayList, positionOf(page), (snapshot) =>
      paged(snapshot, eventReplaysTable, { orderBy: ['-requestedAt'], page }, ({ slug, state }) =>
        eventReplayResource(state, reached.get(eventReplayStream(slug))?.position),
      ),
    );
  }
}

export class ShowEventReplay {
  constructor(
    readonly slug: string,
    readonly query: ReadQuery,
  ) {}
}

@QueryHandler(ShowEventReplay)
export class ShowEventReplayHandler implements IQueryHandler<ShowEventReplay> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
    private readonly store: ReadStore,
  ) {}

  /** Errors: DomainError `event-replay.not-found`. */
  execute({ slug, query }: ShowEventReplay): Promise<Answer<EventReplayResource>> {
    return this.models.folded(positionOf(query), async () => {
      const stream = eventReplayStream(slug);
      const { state, version } = await this.streams.existing(eventReplayDecider, stream);
      return { body: eventReplayResource(state, (await this.store.checkpoint(stream))?.position), version };
    });
  }
}
