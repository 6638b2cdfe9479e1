import { Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { DisableWebhookHandler, FinishReplayHandler } from './commands/by-slipway';
import { ChangeWebhookHandler } from './commands/change-webhook';
import { CreateWebhookHandler } from './commands/create-webhook';
import { DeleteWebhookHandler } from './commands/delete-webhook';
import { CancelEventReplayHandler, FinishEventReplayHandler } from './commands/end-event-replay';
import { ReplayEventsHandler } from './commands/replay-events';
import { ReplayWebhookHandler } from './commands/replay-webhook';
import { WebhookContent } from './commands/webhook-content';
import { eventReplayEvents } from './domain/event-replay.events';
import { deliveriesSchema } from './delivery/deliveries';
import { webhookEvents } from './domain/webhook.events';
import { EventsController } from './http/events.controller';
import { WebhooksController } from './http/webhooks.controller';
import { eventReplayList } from './projections/event-replay-list';
import { webhookList } from './projections/webhook-list';
import { ListDeliveriesHandler } from './queries/deliveries.query';
import { ListEventReplaysHandler, ShowEventReplayHandler } from './queries/event-replays.query';
import { FollowEventsHandler } from './queries/follow-events.query';
import { ListWebhooksHandler, ShowWebhookHandler } from './queries/webhooks.query';

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
    ReplayEventsHandler,
    CancelEventReplayHandler,
    FinishEventReplayHandler,
    ListEventReplaysHandler,
    ShowEventReplayHandler,
    ListWebhooksHandler,
    ShowWebhookHandler,
    ListDeliveriesHandler,
  ],
})
export class NotificationsModule {}

// How an event is told to others: the document describes it.
export { cloudEventType } from './messages/cloud-event';
export { eventMessage } from './messages/event-message';

// What the processor runs besides what slices list.
export { WebhookDispatch } from './delivery/webhook-dispatch';
export { EventRelay } from './topics/event-relay';
export { ReplayDispatch } from './topics/replay-dispatch';

export const notificationsSlice: Slice = {
  module: NotificationsModule,
  events: [webhookEvents, eventReplayEvents],
  projections: [webhookList, eventReplayList],
  rows: [deliveriesSchema],
};
