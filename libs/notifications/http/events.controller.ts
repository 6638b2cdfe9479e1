import { Body, Controller, Get, Headers, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, PageQuery, QueryOf, ReadQuery, Shows } from '@slipway/platform';
import { CancelEventReplay } from '../commands/end-event-replay';
import { ReplayEvents } from '../commands/replay-events';
import { ListEventReplays, ShowEventReplay } from '../queries/event-replays.query';
import { EventsQuery, FollowEvents } from '../queries/follow-events.query';

@ApiTags('notifications')
@Controller('api/v1/events')
export class EventsController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Shows('followEvents', 'Events as they happen, as server-sent events', 'AuditEvent', EventsQuery)
  follow(@QueryOf(EventsQuery) query: EventsQuery, @Headers('Last-Event-ID') lastEventId?: string) {
    return this.queries.execute(new FollowEvents(query, lastEventId));
  }

  @Post('replays')
  @CommandRoute(ReplayEvents, 'Publish once more what happened, in a topic of its own', 'EventReplay', { creates: true })
  replay(@Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ReplayEvents', body, {}, caller);
  }

  @Get('replays')
  @Shows('listEventReplays', 'Replays of events, the newest first', 'EventReplay[]', PageQuery)
  replays(@QueryOf(PageQuery) page: PageQuery) {
    return this.queries.execute(new ListEventReplays(page));
  }

  @Get('replays/:replay')
  @Shows('getEventReplay', 'One replay of events, and how far it has come', 'EventReplay', ReadQuery)
  showReplay(@Param('replay') slug: string, @QueryOf(ReadQuery) query: ReadQuery) {
    return this.queries.execute(new ShowEventReplay(slug, query));
  }

  @Post('replays/:replay/cancel')
  @CommandRoute(CancelEventReplay, 'Publish no more of it', 'EventReplay', { body: false })
  cancelReplay(@Param('replay') replay: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('CancelEventReplay', body, { replay }, caller);
  }
}
