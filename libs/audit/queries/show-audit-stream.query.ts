import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DomainError, EventStore, isSystemEvent } from '@slipway/kernel';
import { type Answer, type Page, type PageQuery, positionOf, ReadModels } from '@slipway/platform';
import { auditPage } from './audit-page';
import { type ToldEvent, toldEvents } from './told-events';

export class ShowAuditStream {
  constructor(
    readonly stream: string,
    readonly page: PageQuery,
  ) {}
}

@QueryHandler(ShowAuditStream)
export class ShowAuditStreamHandler implements IQueryHandler<ShowAuditStream> {
  constructor(
    private readonly models: ReadModels,
    private readonly events: EventStore,
  ) {}

  /** Errors: those of knownStream and auditPage. */
  execute({ stream, page }: ShowAuditStream): Promise<Answer<Page<ToldEvent>>> {
    return this.models.folded(positionOf(page), async () => {
      await knownStream(this.events, stream);
      const { items, ...rest } = await auditPage(this.events, { ...page, stream });
      return { body: { items: await toldEvents(this.events, items), ...rest } };
    });
  }
}

/** Errors: DomainError `stream.not-found`, also for a stream of system events. */
export async function knownStream(store: EventStore, stream: string): Promise<void> {
  const [first] = await store.readStream(stream, { limit: 1 });
  if (!first || isSystemEvent(first.type))
    throw new DomainError('not-found', 'stream.not-found', `There is no stream ${stream}.`, { stream });
}
