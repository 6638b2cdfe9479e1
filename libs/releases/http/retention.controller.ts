import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { PageQuery, QueryOf, Shows } from '@slipway/platform';
import { ShowRetention } from '../queries/retentions';

@ApiTags('releases')
@Controller('api/v1/projects/:project/retention')
export class RetentionController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Shows('getRetention', 'Which releases retention would archive now, and why the others stay', 'RetentionVerdict[]', PageQuery)
  retention(@Param('project') project: string, @QueryOf(PageQuery) page: PageQuery) {
    return this.queries.execute(new ShowRetention(project, page));
  }
}
