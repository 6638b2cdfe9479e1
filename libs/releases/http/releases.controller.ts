import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, MomentQuery, QueryOf, Shows } from '@slipway/platform';
import { BlockRelease, UnblockRelease } from '../commands/block-release';
import { CreateRelease } from '../commands/create-release';
import { DeleteRelease } from '../commands/delete-release';
import { PromoteRelease, ScheduleDeployment } from '../commands/schedule-deployment';
import { UpdateVariables } from '../commands/update-variables';
import { CompareQuery, CompareReleases } from '../queries/compare-releases.query';
import { ShowProgression } from '../queries/progression.query';
import { releaseResource, snapshotResource } from '../queries/release-resource';
import { EligibilityQuery, ExplainEligibility } from '../queries/eligibility.query';
import { ListReleases, ReleasesQuery, ShowRelease, SnapshotQuery } from '../queries/releases.query';

@ApiTags('releases')
@Controller('api/v1/projects/:project/releases')
export class ReleasesController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @CommandRoute(CreateRelease, 'Cut a release: freeze process, variables and lifecycle', 'Release')
  create(@Param('project') project: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('CreateRelease', body, { project }, caller);
  }

  @Get()
  @Shows('listReleases', 'Releases, newest first; `deletable` and why not', 'ReleaseSummary[]', ReleasesQuery)
  list(@Param('project') project: string, @QueryOf(ReleasesQuery) query: ReleasesQuery) {
    return this.queries.execute(new ListReleases(project, query));
  }

  @Get(':version')
  @Shows('getRelease', 'One release, deleted ones too', 'Release', MomentQuery)
  show(@Param('project') project: string, @Param('version') version: string, @QueryOf(MomentQuery) query: MomentQuery) {
    return this.queries.execute(new ShowRelease(project, version, query, releaseResource));
  }

  @Delete(':version')
  @CommandRoute(DeleteRelease, 'Delete a release that nothing depends on; its history stays', 'Release', { body: false })
  delete(@Param('project') project: string, @Param('version') version: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('DeleteRelease', body, { project, version }, caller);
  }

  @Get(':version/progression')
  @Shows('getProgression', 'Where the release may go, and every reason why not', 'Progression', MomentQuery)
  progression(@Param('project') project: string, @Param('version') version: string, @QueryOf(MomentQuery) query: MomentQuery) {
    return this.queries.execute(new ShowProgression(project, version, query));
  }

  @Get(':version/compare')
  @Shows(
    'compareReleases',
    'What changes from another release, or from what runs in an environment, to this one',
    'Comparison',
    CompareQuery,
  )
  compare(@Param('project') project: string, @Param('version') version: string, @QueryOf(CompareQuery) query: CompareQuery) {
    return this.queries.execute(new CompareReleases(project, version, query));
  }

  @Get(':version/eligibility')
  @Shows(
    'explainEligibility',
    'Whether the release may be deployed somewhere at a time, and what stands against it',
    'Eligibility',
    EligibilityQuery,
  )
  eligibility(@Param('project') project: string, @Param('version') version: string, @QueryOf(EligibilityQuery) query: EligibilityQuery) {
    return this.queries.execute(new ExplainEligibility(project, version, query));
  }

  @Get(':version/variables')
  @Shows('getSnapshot', 'A variable snapshot: the one in force, or `snapshot=n`', 'VariableSnapshot', SnapshotQuery)
  variables(@Param('project') project: string, @Param('version') version: string, @QueryOf(SnapshotQuery) query: SnapshotQuery) {
    const number = query.snapshot === undefined ? undefined : Number(query.snapshot);
    return this.queries.execute(new ShowRelease(project, version, query, (release) => snapshotResource(release, number)));
  }

  @Post(':version/variables/update')
  @CommandRoute(
    UpdateVariables,
    "Take the project's variables of now, or an earlier snapshot again, as the release's next snapshot",
    'Release',
  )
  updateVariables(@Param('project') project: string, @Param('version') version: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('UpdateVariables', body, { project, version }, caller);
  }

  @Post(':version/block')
  @CommandRoute(BlockRelease, 'Keep a release from entering phases in which it has no success yet', 'Release')
  block(@Param('project') project: string, @Param('version') version: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('BlockRelease', body, { project, version }, caller);
  }

  @Post(':version/unblock')
  @CommandRoute(UnblockRelease, 'Let a blocked release go on', 'Release')
  unblock(@Param('project') project: string, @Param('version') version: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('UnblockRelease', body, { project, version }, caller);
  }

  @Post(':version/deployments')
  @CommandRoute(ScheduleDeployment, 'Deploy a release, now or up to 30 days ahead', 'Deployment', { creates: true })
  deploy(@Param('project') project: string, @Param('version') version: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('ScheduleDeployment', body, { project, version }, caller);
  }

  @Post(':version/promotions')
  @CommandRoute(PromoteRelease, 'Take a release on to a later environment', 'Deployment', { creates: true })
  promote(@Param('project') project: string, @Param('version') version: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('PromoteRelease', body, { project, version }, caller);
  }
}
