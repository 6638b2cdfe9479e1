import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { defined, ReadStore, Streams } from '@slipway/kernel';
import { type Answer, IsOneOf, Optional, type Page, paged, PageQuery, positionOf, ReadModels } from '@slipway/platform';
import { deliveriesSchema, deliveriesTable, type Delivery } from '../delivery/deliveries';
import { activeWebhook, noWebhook, type Webhook, webhookStream } from '../domain/webhook';
import { webhookDecider } from '../domain/webhook.decider';

const STATES = ['delivered', 'retrying', 'dead'] as const;

export class DeliveriesQuery extends PageQuery {
  @Optional() @IsOneOf(STATES) state?: (typeof STATES)[number];
}

/** A delivery as the API shows it: what does not apply is absent. */
interface DeliveryResource {
  readonly position: string;
  readonly event: string;
  readonly type: string;
  readonly stream: string;
  readonly replay: boolean;
  readonly state: Delivery['state'];
  readonly tries: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly nextAt?: string;
  readonly status?: number;
  readonly error?: string;
}

export class ListDeliveries {
  constructor(
    readonly webhook: string,
    readonly query: DeliveriesQuery,
  ) {}
}

/** How the newest deliveries of a webhook went, those of the newest events first. */
@QueryHandler(ListDeliveries)
export class ListDeliveriesHandler implements IQueryHandler<ListDeliveries> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
    private readonly store: ReadStore,
  ) {}

  execute({ webhook, query }: ListDeliveries): Promise<Answer<Page<DeliveryResource>>> {
    return this.models.folded(positionOf(query), async () => {
      const { state } = await this.streams.load(webhookDecider, webhookStream(webhook));
      const active = activeWebhook(state);
      if (!active) throw noWebhook(webhook);
      const where = defined({ webhook, state: query.state });
      const body = await this.store.read(deliveriesSchema, (snapshot) =>
        paged(snapshot, deliveriesTable, { where, orderBy: ['-position', '-replay'], page: query }, (delivery) => shown(delivery, active)),
      );
      return { body };
    });
  }
}

function shown({ webhook: _webhook, position, nextAt, status, error, ...rest }: Delivery, { enabled }: Webhook): DeliveryResource {
  return defined({
    ...rest,
    position: position.toString(),
    // While it is disabled nothing is tried, whatever was planned: it is tried at once when it is enabled.
    nextAt: enabled && nextAt !== null ? nextAt : undefined,
    status: status ?? undefined,
    error: error ?? undefined,
  });
}
