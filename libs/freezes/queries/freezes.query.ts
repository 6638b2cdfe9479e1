import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Clock, Streams } from '@slipway/kernel';
import { type Answer, type Page, PageQuery, paged, positionOf, ReadModels, type ReadQuery } from '@slipway/platform';
import { freezeOf, freezeStream } from '../domain/freeze';
import { deletedFreeze, freezeDecider } from '../domain/freeze.decider';
import { freezeList, freezesTable } from '../projections/freeze-list';
import { freezeResource } from './freeze-resource';

export class ListFreezes {
  constructor(readonly page: PageQuery) {}
}

@QueryHandler(ListFreezes)
export class ListFreezesHandler implements IQueryHandler<ListFreezes> {
  constructor(
    private readonly models: ReadModels,
    private readonly clock: Clock,
  ) {}

  execute({ page }: ListFreezes): Promise<Answer<Page<unknown>>> {
    const now = this.clock.timestamp();
    return this.models.from(freezeList, positionOf(page), (snapshot) =>
      paged(snapshot, freezesTable.now, { where: { state: 'active' }, page }, (row) => freezeResource(row.freeze, now)),
    );
  }
}

export class ShowFreeze {
  constructor(
    readonly slug: string,
    readonly query: ReadQuery,
  ) {}
}

@QueryHandler(ShowFreeze)
export class ShowFreezeHandler implements IQueryHandler<ShowFreeze> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
    private readonly clock: Clock,
  ) {}

  execute({ slug, query }: ShowFreeze): Promise<Answer<unknown>> {
    return this.models.folded(positionOf(query), async () => {
      const { state, version } = await this.streams.existing(freezeDecider, freezeStream(slug));
      if (state.status === 'deleted') throw deletedFreeze(slug);
      return { body: freezeResource(freezeOf(state), this.clock.timestamp()), version };
    });
  }
}
