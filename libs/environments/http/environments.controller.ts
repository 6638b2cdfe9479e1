import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, MomentQuery, PageQuery, QueryOf, Shows } from '@slipway/platform';
import { ChangeEnvironment } from '../commands/change-environment';
import { CreateEnvironment } from '../commands/create-environment';
import { ListEnvironments, ShowEnvironment } from '../queries/environments.query';

@ApiTags('environments')
@Controller('api/v1/environments')
export class EnvironmentsController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @CommandRoute(CreateEnvironment, 'Create an environment', 'Environment')
  create(@Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('CreateEnvironment', body, {}, caller);
  }

  @Get()
  @Shows('listEnvironments', 'Environments in their order', 'Environment[]', PageQuery)
  list(@QueryOf(PageQuery) page: PageQuery) {
    return this.queries.execute(new ListEnvironments(page));
  }

  @Get(':environment')
  @Shows('getEnvironment', 'One environment', 'Environment', MomentQuery)
  show(@Param('environment') slug: string, @QueryOf(MomentQuery) query: MomentQuery) {
    return this.queries.execute(new ShowEnvironment(slug, query));
  }

  @Patch(':environment')
  @CommandRoute(ChangeEnvironment, 'Change an environment', 'Environment')
  change(@Param('environment') environment: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ChangeEnvironment', body, { environment }, caller);
  }
}
