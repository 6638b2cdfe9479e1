import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DeploymentsReader } from '@slipway/deployments/contract';
import { EventStore } from '@slipway/kernel';
import { type Answer, DEFAULT_LIMIT, type Page, type PageQuery, positionOf, ReadModels } from '@slipway/platform';
import { auditEvent } from './audit-event';
import { deploymentHistory } from './deployment-history';
import { cursorBehind, startOf } from './history';
import { type ToldEvent, toldEvents } from './told-events';

export class ShowDeploymentEvents {
  constructor(
    readonly id: string,
    readonly page: PageQuery,
  ) {}
}

@QueryHandler(ShowDeploymentEvents)
export class ShowDeploymentEventsHandler implements IQueryHandler<ShowDeploymentEvents> {
  constructor(
    private readonly models: ReadModels,
    private readonly events: EventStore,
    private readonly deployments: DeploymentsReader,
  ) {}

  /** Errors: DomainError `deployment.not-found`, `cursor.invalid`. */
  async execute({ id, page }: ShowDeploymentEvents): Promise<Answer<Page<ToldEvent>>> {
    const start = startOf(page.cursor === undefined ? {} : { cursor: page.cursor });
    const after = 'after' in start ? start.after : 0n;
    return this.models.folded(positionOf(page), async () => {
      const place = await this.deployments.placeOf(id);
      const all = (await deploymentHistory(this.events, id, place)).filter(({ position }) => position > after);
      const shown = all.slice(0, page.limit ?? DEFAULT_LIMIT);
      const items = await toldEvents(this.events, shown.map(auditEvent));
      const last = shown.at(-1);
      return { body: last && all.length > shown.length ? { items, next: cursorBehind(last, { after: 0n }) } : { items } };
    });
  }
}
