import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Streams } from '@slipway/kernel';
import { type Answer, type Page, type PageQuery, paged, positionOf, ReadModels, type ReadQuery } from '@slipway/platform';
import { activeWebhook, noWebhook, webhookStream } from '../domain/webhook';
import { webhookDecider } from '../domain/webhook.decider';
import { webhookList, webhooksTable } from '../projections/webhook-list';
import { type WebhookResource, webhookResource } from './webhook-resource';

export class ListWebhooks {
  constructor(readonly page: PageQuery) {}
}

@QueryHandler(ListWebhooks)
export class ListWebhooksHandler implements IQueryHandler<ListWebhooks> {
  constructor(private readonly models: ReadModels) {}

  execute({ page }: ListWebhooks): Promise<Answer<Page<WebhookResource>>> {
    return this.models.from(webhookList, positionOf(page), (snapshot) =>
      paged(snapshot, webhooksTable, { orderBy: ['createdAt'], page }, ({ state }) => webhookResource(state)),
    );
  }
}

export class ShowWebhook {
  constructor(
    readonly slug: string,
    readonly query: ReadQuery,
  ) {}
}

@QueryHandler(ShowWebhook)
export class ShowWebhookHandler implements IQueryHandler<ShowWebhook> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
  ) {}

  execute({ slug, query }: ShowWebhook): Promise<Answer<WebhookResource>> {
    return this.models.folded(positionOf(query), async () => {
      const { state, version } = await this.streams.load(webhookDecider, webhookStream(slug));
      if (!activeWebhook(state)) throw noWebhook(slug);
      return { body: webhookResource(state), version };
    });
  }
}
