import { Body, Controller, Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, PageQuery, QueryOf, ReadQuery, Shows } from '@slipway/platform';
import { ChangeFreeze } from '../commands/change-freeze';
import { CreateFreeze } from '../commands/create-freeze';
import { DeleteFreeze } from '../commands/delete-freeze';
import { ListFreezes, ShowFreeze } from '../queries/freezes.query';

@ApiTags('freezes')
@Controller('api/v1/freezes')
export class FreezesController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @CommandRoute(CreateFreeze, 'Freeze projects in environments, once or again and again', 'Freeze')
  create(@Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('CreateFreeze', body, {}, caller);
  }

  @Get()
  @Shows('listFreezes', 'Freezes by slug; deleted ones are not shown', 'Freeze[]', PageQuery)
  list(@QueryOf(PageQuery) page: PageQuery) {
    return this.queries.execute(new ListFreezes(page));
  }

  @Get(':freeze')
  @Shows('getFreeze', 'One freeze: whether it is active, and its next window', 'Freeze', ReadQuery)
  show(@Param('freeze') slug: string, @QueryOf(ReadQuery) query: ReadQuery) {
    return this.queries.execute(new ShowFreeze(slug, query));
  }

  @Patch(':freeze')
  @CommandRoute(ChangeFreeze, 'Change a freeze, for deployments that have not started', 'Freeze')
  change(@Param('freeze') freeze: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ChangeFreeze', body, { freeze }, caller);
  }

  @Delete(':freeze')
  @CommandRoute(DeleteFreeze, 'Lift a freeze for good; its history stays', 'Freeze', { body: false })
  delete(@Param('freeze') freeze: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('DeleteFreeze', body, { freeze }, caller);
  }
}
