import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, QueryOf, ReadQuery, Shows } from '@slipway/platform';
import { ResolveInterruption, TakeInterruption } from '../commands/interruptions';
import { InterruptionsQuery, ListInterruptions, ShowInterruption } from '../queries/interruptions.query';

@ApiTags('interruptions')
@Controller('api/v1/interruptions')
export class InterruptionsController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Shows('listInterruptions', 'Deployments that wait, or waited, for a person, the newest first', 'Interruption[]', InterruptionsQuery)
  list(@QueryOf(InterruptionsQuery) query: InterruptionsQuery) {
    return this.queries.execute(new ListInterruptions(query));
  }

  @Get(':interruption')
  @Shows('getInterruption', 'One interruption', 'Interruption', ReadQuery)
  show(@Param('interruption') id: string, @QueryOf(ReadQuery) query: ReadQuery) {
    return this.queries.execute(new ShowInterruption(id, query));
  }

  @Post(':interruption/take')
  @CommandRoute(TakeInterruption, 'Take an interruption on: a second person is refused', 'Interruption', { body: false })
  take(@Param('interruption') interruption: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('TakeInterruption', body, { interruption }, caller);
  }

  @Post(':interruption/resolve')
  @CommandRoute(ResolveInterruption, 'Answer an interruption that one has taken: the deployment goes on from there', 'Interruption')
  resolve(@Param('interruption') interruption: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ResolveInterruption', body, { interruption }, caller);
  }
}
