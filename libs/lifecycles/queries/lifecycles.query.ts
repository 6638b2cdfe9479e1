import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Streams } from '@slipway/kernel';
import { type Answer, type MomentQuery, type Page, PageQuery, paged, positionOf, ReadModels } from '@slipway/platform';
import { type Lifecycle, lifecycleOf, lifecycleStream } from '../domain/lifecycle';
import { lifecycleDecider } from '../domain/lifecycle.decider';
import { lifecycleList, lifecyclesTable } from '../projections/lifecycle-list';

export class ListLifecycles {
  constructor(readonly page: PageQuery) {}
}

@QueryHandler(ListLifecycles)
export class ListLifecyclesHandler implements IQueryHandler<ListLifecycles> {
  constructor(private readonly models: ReadModels) {}

  execute({ page }: ListLifecycles): Promise<Answer<Page<Lifecycle>>> {
    return this.models.from(lifecycleList, positionOf(page), (snapshot) =>
      paged(snapshot, lifecyclesTable, { page }, (row) => row.lifecycle),
    );
  }
}

export class ShowLifecycle {
  constructor(
    readonly slug: string,
    readonly query: MomentQuery,
  ) {}
}

@QueryHandler(ShowLifecycle)
export class ShowLifecycleHandler implements IQueryHandler<ShowLifecycle> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
  ) {}

  execute({ slug, query }: ShowLifecycle): Promise<Answer<Lifecycle>> {
    return this.models.foldedAsOf(query, async (moment) => {
      const { state, version } = await this.streams.existing(lifecycleDecider, lifecycleStream(slug), moment?.position);
      return { body: lifecycleOf(state), version };
    });
  }
}
