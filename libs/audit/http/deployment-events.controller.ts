import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { PageQuery, QueryOf, Shows } from '@slipway/platform';
import { ShowDeploymentEvents } from '../queries/show-deployment-events.query';

@ApiTags('deployments')
@Controller('api/v1/deployments')
export class DeploymentEventsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':deployment/events')
  @Shows('getDeploymentEvents', 'All that happened to a deployment, in order, with who and what caused it', 'ToldEvent[]', PageQuery)
  events(@Param('deployment') id: string, @QueryOf(PageQuery) page: PageQuery) {
    return this.queries.execute(new ShowDeploymentEvents(id, page));
  }
}
