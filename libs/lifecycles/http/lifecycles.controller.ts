import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, MomentQuery, PageQuery, QueryOf, Shows } from '@slipway/platform';
import { ChangeLifecycle } from '../commands/change-lifecycle';
import { CreateLifecycle } from '../commands/create-lifecycle';
import { ListLifecycles, ShowLifecycle } from '../queries/lifecycles.query';

@ApiTags('lifecycles')
@Controller('api/v1/lifecycles')
export class LifecyclesController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @CommandRoute(CreateLifecycle, 'Create a lifecycle', 'Lifecycle')
  create(@Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('CreateLifecycle', body, {}, caller);
  }

  @Get()
  @Shows('listLifecycles', 'Lifecycles by slug', 'Lifecycle[]', PageQuery)
  list(@QueryOf(PageQuery) page: PageQuery) {
    return this.queries.execute(new ListLifecycles(page));
  }

  @Get(':lifecycle')
  @Shows('getLifecycle', 'One lifecycle', 'Lifecycle', MomentQuery)
  show(@Param('lifecycle') slug: string, @QueryOf(MomentQuery) query: MomentQuery) {
    return this.queries.execute(new ShowLifecycle(slug, query));
  }

  @Patch(':lifecycle')
  @CommandRoute(ChangeLifecycle, 'Change a lifecycle: phases are replaced whole, existing releases keep what they froze', 'Lifecycle')
  change(@Param('lifecycle') lifecycle: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ChangeLifecycle', body, { lifecycle }, caller);
  }
}
