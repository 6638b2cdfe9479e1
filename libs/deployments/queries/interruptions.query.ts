import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { defined } from '@slipway/kernel';
import {
  type Answer,
  IsOneOf,
  IsSlug,
  IsText,
  Optional,
  type Page,
  paged,
  PageQuery,
  positionOf,
  ReadModels,
  type ReadQuery,
} from '@slipway/platform';
import type { InterruptionView } from '../domain/interruption-view';
import { interruptions, interruptionsTable } from '../projections/interruptions';
import { interruptionNotFound } from './interruptions.reader';

const STATES = ['open', 'taken', 'resolved'];

/** Filters of a list of interruptions. */
export class InterruptionsQuery extends PageQuery {
  @Optional() @IsSlug() project?: string;
  @Optional() @IsText(1, 100) deployment?: string;
  @Optional() @IsOneOf(STATES) state?: string;
}

export class ListInterruptions {
  constructor(readonly query: InterruptionsQuery) {}
}

@QueryHandler(ListInterruptions)
export class ListInterruptionsHandler implements IQueryHandler<ListInterruptions> {
  constructor(private readonly models: ReadModels) {}

  execute({ query }: ListInterruptions): Promise<Answer<Page<InterruptionView>>> {
    const { project, deployment, state } = query;
    return this.models.from(interruptions, positionOf(query), (snapshot) =>
      paged(
        snapshot,
        interruptionsTable,
        { where: defined({ project, deployment, state }), orderBy: ['-raised'], page: query },
        (row) => row.view,
      ),
    );
  }
}

export class ShowInterruption {
  constructor(
    readonly id: string,
    readonly query: ReadQuery,
  ) {}
}

@QueryHandler(ShowInterruption)
export class ShowInterruptionHandler implements IQueryHandler<ShowInterruption> {
  constructor(private readonly models: ReadModels) {}

  execute({ id, query }: ShowInterruption): Promise<Answer<InterruptionView>> {
    return this.models.from(interruptions, positionOf(query), async (snapshot) => {
      const row = await snapshot.get(interruptionsTable, id);
      if (!row) throw interruptionNotFound(id);
      return row.view;
    });
  }
}
