import { Controller, Get, Headers } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { QueryOf, Shows } from '@slipway/platform';
import { EventsQuery, FollowEvents } from '../queries/follow-events.query';

@ApiTags('notifications')
@Controller('api/v1/events')
export class EventsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Shows('followEvents', 'Events as they happen, as server-sent events', 'AuditEvent', EventsQuery)
  follow(@QueryOf(EventsQuery) query: EventsQuery, @Headers('Last-Event-ID') lastEventId?: string) {
    return this.queries.execute(new FollowEvents(query, lastEventId));
  }
}
