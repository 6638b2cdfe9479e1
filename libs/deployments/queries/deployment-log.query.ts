import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Clock, DomainError, LogStore, type StoredChunk } from '@slipway/kernel';
import { Answer, DEFAULT_LIMIT, NotYet, Optional, type Page, PageQuery, positionOf, ReadModels } from '@slipway/platform';
import type { DeploymentView } from '../domain/deployment-view';
import { deploymentsProjection } from '../projections/deployments';
import { deploymentsTable } from '../projections/deployments.tables';
import { notFound } from './deployments.query';

const LONGEST_WAIT_MS = 3_000;
const LOOK_MS = 20;

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
    private readonly clock: Clock,
  ) {}

  async execute({ id, query }: ShowDeploymentLog): Promise<Answer<Page<StoredChunk>>> {
    const after = query.cursor === undefined ? 0 : placeOf(query.cursor);
    const { body: view, position } = await this.models.from(deploymentsProjection, positionOf(query), async (snapshot) => {
      const row = await snapshot.get(deploymentsTable, id);
      if (!row) throw notFound(id);
      return row.fold.view;
    });
    await this.arrived(view);
    const { chunks, next } = await this.logs.read(id, { after, limit: query.limit ?? DEFAULT_LIMIT });
    return new Answer(next === undefined ? { items: chunks } : { items: chunks, next: String(next) }, position);
  }

  /** Output comes by a way of its own and may be behind the events: of attempts that ended, all of it is waited for, within bounds. */
  private async arrived({ id, steps }: DeploymentView): Promise<void> {
    const until = this.clock.now() + LONGEST_WAIT_MS;
    for (const step of steps) {
      for (const { number, token, log } of step.attempts) {
        if (!log) continue;
        const attempt = { deployment: id, step: step.name, attempt: number, token };
        while (!(await this.logs.holds(attempt, log.chunks)) && this.clock.now() < until) await this.clock.sleep(LOOK_MS);
      }
    }
  }
}

function placeOf(cursor: string): number {
  const place = Number(cursor);
  if (/^\d{1,15}$/.test(cursor) && Number.isSafeInteger(place)) return place;
  throw new DomainError('invalid', 'cursor.invalid', 'The cursor is none: take it from `next` of an earlier page.', {}, [
    { pointer: '?cursor', message: 'must be the `next` of an earlier page' },
  ]);
}
