import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DomainError, LogStore, type StoredChunk } from '@slipway/kernel';
import { type Answer, DEFAULT_LIMIT, NotYet, Optional, type Page, PageQuery, positionOf, ReadModels } from '@slipway/platform';
import { deploymentsProjection } from '../projections/deployments';
import { deploymentsTable } from '../projections/deployments.tables';
import { notFound } from './deployments.query';

export class LogQuery extends PageQuery {
  @Optional() @NotYet('false') follow?: 'false';
}

export class ShowDeploymentLog {
  constructor(
    readonly id: string,
    readonly query: LogQuery,
  ) {}
}

/** What the steps printed, in the order it arrived. */
@QueryHandler(ShowDeploymentLog)
export class ShowDeploymentLogHandler implements IQueryHandler<ShowDeploymentLog> {
  constructor(
    private readonly models: ReadModels,
    private readonly logs: LogStore,
  ) {}

  execute({ id, query }: ShowDeploymentLog): Promise<Answer<Page<StoredChunk>>> {
    const after = query.cursor === undefined ? 0 : placeOf(query.cursor);
    return this.models.from(deploymentsProjection, positionOf(query), async (snapshot) => {
      if (!(await snapshot.get(deploymentsTable, id))) throw notFound(id);
      const { chunks, next } = await this.logs.read(id, { after, limit: query.limit ?? DEFAULT_LIMIT });
      return next === undefined ? { items: chunks } : { items: chunks, next: String(next) };
    });
  }
}

function placeOf(cursor: string): number {
  const place = Number(cursor);
  if (/^\d{1,15}$/.test(cursor) && Number.isSafeInteger(place)) return place;
  throw new DomainError('invalid', 'cursor.invalid', 'The cursor is none: take it from `next` of an earlier page.', {}, [
    { pointer: '?cursor', message: 'must be the `next` of an earlier page' },
  ]);
}
