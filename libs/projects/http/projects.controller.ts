import { Body, Controller, Get, Param, Patch, Post, Put } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, MomentQuery, PageQuery, QueryOf, Shows } from '@slipway/platform';
import { ChangeChannels } from '../commands/change-channels';
import { ChangeProcess } from '../commands/change-process';
import { ChangeProject } from '../commands/change-project';
import { ChangeVariables } from '../commands/change-variables';
import { CreateProject } from '../commands/create-project';
import { ExplainQuery, ExplainVariable } from '../queries/explain-variable.query';
import { ListProjects, ShowProject } from '../queries/projects.query';

@ApiTags('projects')
@Controller('api/v1/projects')
export class ProjectsController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @CommandRoute(CreateProject, 'Create a project', 'Project')
  create(@Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('CreateProject', body, {}, caller);
  }

  @Get()
  @Shows('listProjects', 'Projects by slug', 'Project[]', PageQuery)
  list(@QueryOf(PageQuery) page: PageQuery) {
    return this.queries.execute(new ListProjects(page));
  }

  @Get(':project')
  @Shows('getProject', 'One project', 'Project', MomentQuery)
  show(@Param('project') slug: string, @QueryOf(MomentQuery) query: MomentQuery) {
    return this.queries.execute(new ShowProject(slug, query, ({ project }) => project));
  }

  @Patch(':project')
  @CommandRoute(ChangeProject, 'Change a project', 'Project')
  change(@Param('project') project: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ChangeProject', body, { project }, caller);
  }

  @Put(':project/process')
  @CommandRoute(ChangeProcess, 'Replace the deployment process; existing releases keep theirs', 'Process')
  changeProcess(@Param('project') project: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ChangeProcess', body, { project }, caller);
  }

  @Get(':project/process')
  @Shows('getProcess', 'The deployment process', 'Process', MomentQuery)
  process(@Param('project') slug: string, @QueryOf(MomentQuery) query: MomentQuery) {
    return this.queries.execute(new ShowProject(slug, query, ({ process }) => process));
  }

  @Put(':project/channels')
  @CommandRoute(ChangeChannels, 'Replace the channels; existing releases keep the lifecycle they froze', 'Channels')
  changeChannels(@Param('project') project: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ChangeChannels', body, { project }, caller);
  }

  @Get(':project/channels')
  @Shows('getChannels', 'The channels', 'Channels', MomentQuery)
  channels(@Param('project') slug: string, @QueryOf(MomentQuery) query: MomentQuery) {
    return this.queries.execute(new ShowProject(slug, query, ({ channels }) => channels));
  }

  @Put(':project/variables')
  @CommandRoute(ChangeVariables, 'Replace the variables; existing releases keep their snapshots', 'Variables')
  changeVariables(@Param('project') project: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ChangeVariables', body, { project }, caller);
  }

  @Get(':project/variables')
  @Shows('getVariables', 'The variables', 'Variables', MomentQuery)
  variables(@Param('project') slug: string, @QueryOf(MomentQuery) query: MomentQuery) {
    return this.queries.execute(new ShowProject(slug, query, ({ variables }) => variables));
  }

  @Get(':project/variables/explain')
  @Shows('explainVariable', 'Every value that a variable could have in a context, and why each lost', 'Explain', ExplainQuery)
  explain(@Param('project') slug: string, @QueryOf(ExplainQuery) query: ExplainQuery) {
    return this.queries.execute(new ExplainVariable(slug, query));
  }
}
