import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Streams } from '@slipway/kernel';
import { type Answer, type MomentQuery, type Page, PageQuery, paged, positionOf, ReadModels } from '@slipway/platform';
import { type Environment, environmentOf, environmentStream } from '../domain/environment';
import { environmentDecider } from '../domain/environment.decider';
import { ENVIRONMENT_ORDER, environmentList, environmentsTable } from '../projections/environment-list';

export class ListEnvironments {
  constructor(readonly page: PageQuery) {}
}

@QueryHandler(ListEnvironments)
export class ListEnvironmentsHandler implements IQueryHandler<ListEnvironments> {
  constructor(private readonly models: ReadModels) {}

  execute({ page }: ListEnvironments): Promise<Answer<Page<Environment>>> {
    return this.models.from(environmentList, positionOf(page), (snapshot) =>
      paged(snapshot, environmentsTable, { orderBy: ENVIRONMENT_ORDER, page }, (row) => row.environment),
    );
  }
}

export class ShowEnvironment {
  constructor(
    readonly slug: string,
    readonly query: MomentQuery,
  ) {}
}

@QueryHandler(ShowEnvironment)
export class ShowEnvironmentHandler implements IQueryHandler<ShowEnvironment> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
  ) {}

  execute({ slug, query }: ShowEnvironment): Promise<Answer<Environment>> {
    return this.models.foldedAsOf(query, async (moment) => {
      const { state, version } = await this.streams.existing(environmentDecider, environmentStream(slug), moment?.position);
      return { body: environmentOf(state), version };
    });
  }
}
