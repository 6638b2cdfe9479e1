import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Clock, DomainError, LogStore, type StoredChunk } from '@slipway/kernel';
import { Answer, DEFAULT_LIMIT, Optional, type Page, PageQuery, positionOf, ReadModels } from '@slipway/platform';
import { IsIn } from 'class-validator';
import { deploymentsProjection } from '../projections/deployments';
import { deploymentsTable } from '../projections/deployments.tables';
import { notFound } from './deployments.query';
import { outputArrived } from './output-arrival';

export class LogQuery extends PageQuery {
  /** Go on until the deployment has ended, as server-sent events: `limit` is not looked at then. */
  @Optional() @IsIn(['true', 'false'], { message: 'must be true or false' }) follow?: 'true' | 'false';
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
    private readonly clock: Clock,
  ) {}

  async execute({ id, query }: ShowDeploymentLog): Promise<Answer<Page<StoredChunk>>> {
    const after = query.cursor === undefined ? 0 : placeOf(query.cursor);
    const { body: view, position } = await this.models.from(deploymentsProjection, positionOf(query), async (snapshot) => {
      const row = await snapshot.get(deploymentsTable, id);
      if (!row) throw notFound(id);
      return row.fold.view;
    });
    await outputArrived(this.logs, this.clock, view);
    const { chunks, next } = await this.logs.read(id, { after, limit: query.limit ?? DEFAULT_LIMIT });
    return new Answer(next === undefined ? { items: chunks } : { items: chunks, next: String(next) }, position);
  }
}

/** Where a cursor says to go on. Errors: DomainError `cursor.invalid`. */
export function placeOf(cursor: string): number {
  const place = Number(cursor);
  if (/^\d{1,15}$/.test(cursor) && Number.isSafeInteger(place)) return place;
  throw new DomainError('invalid', 'cursor.invalid', 'The cursor is none: take it from `next` of an earlier page.', {}, [
    { pointer: '?cursor', message: 'must be the `next` of an earlier page' },
  ]);
}
