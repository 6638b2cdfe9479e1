import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EventCatalogue, EventStore } from '@slipway/kernel';
import { type Answer, type Page, positionOf, ReadModels } from '@slipway/platform';
import type { AuditEvent } from './audit-event';
import { auditPage } from './audit-page';
import { type AuditQuery, checkType } from './audit-query';

export class ListAuditEvents {
  constructor(readonly query: AuditQuery) {}
}

@QueryHandler(ListAuditEvents)
export class ListAuditEventsHandler implements IQueryHandler<ListAuditEvents> {
  constructor(
    private readonly models: ReadModels,
    private readonly events: EventStore,
    private readonly catalogue: EventCatalogue,
  ) {}

  async execute({ query }: ListAuditEvents): Promise<Answer<Page<AuditEvent>>> {
    checkType(query, this.catalogue);
    return this.models.folded(positionOf(query), async () => ({ body: await auditPage(this.events, query) }));
  }
}
