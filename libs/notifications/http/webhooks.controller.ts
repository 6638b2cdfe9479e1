import { Body, Controller, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, PageQuery, QueryOf, ReadQuery, Shows } from '@slipway/platform';
import { ChangeWebhook } from '../commands/change-webhook';
import { CreateWebhook } from '../commands/create-webhook';
import { DeleteWebhook } from '../commands/delete-webhook';
import { ReplayWebhook } from '../commands/replay-webhook';
import { DeliveriesQuery, ListDeliveries } from '../queries/deliveries.query';
import { ListWebhooks, ShowWebhook } from '../queries/webhooks.query';

@ApiTags('notifications')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @CommandRoute(CreateWebhook, 'Send what happens from now on to a receiver', 'CreatedWebhook')
  create(@Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('CreateWebhook', body, {}, caller);
  }

  @Get()
  @Shows('listWebhooks', 'Webhooks, the oldest first', 'Webhook[]', PageQuery)
  list(@QueryOf(PageQuery) page: PageQuery) {
    return this.queries.execute(new ListWebhooks(page));
  }

  @Get(':webhook')
  @Shows('getWebhook', 'One webhook', 'Webhook', ReadQuery)
  show(@Param('webhook') slug: string, @QueryOf(ReadQuery) query: ReadQuery) {
    return this.queries.execute(new ShowWebhook(slug, query));
  }

  @Patch(':webhook')
  @CommandRoute(ChangeWebhook, 'Change a webhook; what waits for its next try is tried at once', 'Webhook')
  change(@Param('webhook') webhook: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ChangeWebhook', body, { webhook }, caller);
  }

  @Delete(':webhook')
  @CommandRoute(DeleteWebhook, 'Delete a webhook for ever', 'Webhook', { body: false })
  delete(@Param('webhook') webhook: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('DeleteWebhook', body, { webhook }, caller);
  }

  @Get(':webhook/deliveries')
  @Shows('listDeliveries', 'How the newest deliveries went, those of the newest events first', 'Delivery[]', DeliveriesQuery)
  deliveries(@Param('webhook') webhook: string, @QueryOf(DeliveriesQuery) query: DeliveriesQuery) {
    return this.queries.execute(new ListDeliveries(webhook, query));
  }

  @Post(':webhook/replay')
  @CommandRoute(ReplayWebhook, 'Send again what happened from a position on, or what was given up of it', 'Webhook')
  replay(@Param('webhook') webhook: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ReplayWebhook', body, { webhook }, caller);
  }
}
