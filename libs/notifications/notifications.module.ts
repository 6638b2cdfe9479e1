import { Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { DisableWebhookHandler, FinishReplayHandler } from './commands/by-slipway';
import { ChangeWebhookHandler } from './commands/change-webhook';
import { CreateWebhookHandler } from './commands/create-webhook';
import { DeleteWebhookHandler } from './commands/delete-webhook';
import { ReplayWebhookHandler } from './commands/replay-webhook';
import { WebhookContent } from './commands/webhook-content';
import { webhookEvents } from './domain/webhook.events';
import { EventsController } from './http/events.controller';
import { WebhooksController } from './http/webhooks.controller';
import { webhookList } from './projections/webhook-list';
import { ListDeliveriesHandler } from './queries/deliveries.query';
import { FollowEventsHandler } from './queries/follow-events.query';
import { ListWebhooksHandler, ShowWebhookHandler } from './queries/webhooks.query';

export const notificationsSlice: Slice = { events: [webhookEvents], projections: [webhookList] };

@Module({
  controllers: [EventsController, WebhooksController],
  providers: [
    WebhookContent,
    CreateWebhookHandler,
    ChangeWebhookHandler,
    DeleteWebhookHandler,
    ReplayWebhookHandler,
    DisableWebhookHandler,
    FinishReplayHandler,
    FollowEventsHandler,
    ListWebhooksHandler,
    ShowWebhookHandler,
    ListDeliveriesHandler,
  ],
})
export class NotificationsModule {}

// What the processor runs besides what slices list.
export { WebhookDispatch } from './delivery/webhook-dispatch';
