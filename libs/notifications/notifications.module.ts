import { Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { EventsController } from './http/events.controller';
import { FollowEventsHandler } from './queries/follow-events.query';

export const notificationsSlice: Slice = { events: [] };

@Module({
  controllers: [EventsController],
  providers: [FollowEventsHandler],
})
export class NotificationsModule {}
