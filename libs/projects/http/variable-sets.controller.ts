import { Body, Controller, Get, Param, Patch, Post, Put } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, MomentQuery, PageQuery, QueryOf, Shows } from '@slipway/platform';
import { ChangeSetVariables } from '../commands/change-set-variables';
import { ChangeVariableSet } from '../commands/change-variable-set';
import { CreateVariableSet } from '../commands/create-variable-set';
import { ListVariableSets, ShowVariableSet } from '../queries/variable-sets.query';

@ApiTags('projects')
@Controller('api/v1/variable-sets')
export class VariableSetsController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @CommandRoute(CreateVariableSet, 'Create a variable set, which projects may include', 'VariableSet')
  create(@Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('CreateVariableSet', body, {}, caller);
  }

  @Get()
  @Shows('listVariableSets', 'Variable sets by slug', 'VariableSet[]', PageQuery)
  list(@QueryOf(PageQuery) page: PageQuery) {
    return this.queries.execute(new ListVariableSets(page));
  }

  @Get(':set')
  @Shows('getVariableSet', 'One variable set', 'VariableSet', MomentQuery)
  show(@Param('set') slug: string, @QueryOf(MomentQuery) query: MomentQuery) {
    return this.queries.execute(new ShowVariableSet(slug, query, ({ set }) => set));
  }

  @Patch(':set')
  @CommandRoute(ChangeVariableSet, 'Change a variable set', 'VariableSet')
  change(@Param('set') set: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ChangeVariableSet', body, { set }, caller);
  }

  @Put(':set/variables')
  @CommandRoute(ChangeSetVariables, 'Replace the variables of a set; existing releases keep their snapshots', 'Variables')
  changeVariables(@Param('set') set: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ChangeSetVariables', body, { set }, caller);
  }

  @Get(':set/variables')
  @Shows('getSetVariables', 'The variables of a set', 'Variables', MomentQuery)
  variables(@Param('set') slug: string, @QueryOf(MomentQuery) query: MomentQuery) {
    return this.queries.execute(new ShowVariableSet(slug, query, ({ variables }) => variables));
  }
}
