import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Streams } from '@slipway/kernel';
import { type Answer, type MomentQuery, type Page, PageQuery, paged, positionOf, ReadModels } from '@slipway/platform';
import { type ActiveVariableSet, activeVariableSet, type VariableSet, variableSetStream } from '../domain/variable-sets/variable-set';
import { variableSetDecider } from '../domain/variable-sets/variable-set.decider';
import { variableSetList, variableSetsTable } from '../projections/variable-set-list';

export class ListVariableSets {
  constructor(readonly page: PageQuery) {}
}

@QueryHandler(ListVariableSets)
export class ListVariableSetsHandler implements IQueryHandler<ListVariableSets> {
  constructor(private readonly models: ReadModels) {}

  execute({ page }: ListVariableSets): Promise<Answer<Page<VariableSet>>> {
    return this.models.from(variableSetList, positionOf(page), (snapshot) =>
      paged(snapshot, variableSetsTable, { page }, (row) => row.variableSet),
    );
  }
}

/** A part of a variable set, from its folded stream, now or as it stood. */
export class ShowVariableSet {
  constructor(
    readonly slug: string,
    readonly query: MomentQuery,
    readonly part: (set: ActiveVariableSet) => unknown,
  ) {}
}

@QueryHandler(ShowVariableSet)
export class ShowVariableSetHandler implements IQueryHandler<ShowVariableSet> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
  ) {}

  execute({ slug, query, part }: ShowVariableSet): Promise<Answer<unknown>> {
    return this.models.foldedAsOf(query, async (moment) => {
      const { state, version } = await this.streams.existing(variableSetDecider, variableSetStream(slug), moment?.position);
      return { body: part(activeVariableSet(state)), version };
    });
  }
}
