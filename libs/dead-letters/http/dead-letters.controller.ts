import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, QueryOf, ReadQuery, Shows } from '@slipway/platform';
import { ReplayDeadLetter } from '../commands/replay-dead-letter';
import { DeadLettersQuery, ListDeadLetters, ShowDeadLetter } from '../queries/dead-letters.query';

@ApiTags('dead letters')
@Controller('api/v1/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Shows('listDeadLetters', 'Messages that were given up, the newest first', 'DeadLetter[]', DeadLettersQuery)
  list(@QueryOf(DeadLettersQuery) query: DeadLettersQuery) {
    return this.queries.execute(new ListDeadLetters(query));
  }

  @Get(':deadLetter')
  @Shows('getDeadLetter', 'One message that was given up', 'DeadLetter', ReadQuery)
  show(@Param('deadLetter') id: string, @QueryOf(ReadQuery) query: ReadQuery) {
    return this.queries.execute(new ShowDeadLetter(id, query));
  }

  @Post(':deadLetter/replay')
  @CommandRoute(ReplayDeadLetter, 'Publish the message once more, on its own topic', 'ReplayedDeadLetter', { body: false })
  replay(@Param('deadLetter') deadLetter: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ReplayDeadLetter', body, { deadLetter }, caller);
  }
}
