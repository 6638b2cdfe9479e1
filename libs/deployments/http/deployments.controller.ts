import { Body, Controller, Get, Headers, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Asked, type Caller, CommandGateway, CommandRoute, QueryOf, ReadQuery, Shows } from '@slipway/platform';
import { CancelDeployment } from '../commands/cancel-deployment';
import { PrioritizeDeployment } from '../commands/prioritize-deployment';
import { RedeployDeployment, RollBackDeployment } from '../commands/repeat-deployment';
import { DashboardQuery, ShowDashboard } from '../queries/dashboard.query';
import { LogQuery, ShowDeploymentLog } from '../queries/deployment-log.query';
import { ExplainDeployment } from '../queries/explain-deployment.query';
import { FollowDeploymentLog } from '../queries/follow-log.query';
import { DeploymentsQuery, ListDeployments, ShowDeployment } from '../queries/deployments.query';

@ApiTags('deployments')
@Controller('api/v1')
export class DeploymentsController {
  constructor(
    private readonly commands: CommandGateway,
    private readonly queries: QueryBus,
  ) {}

  @Get('deployments')
  @Shows('listDeployments', 'Deployments, the one scheduled last first', 'Deployment[]', DeploymentsQuery)
  list(@QueryOf(DeploymentsQuery) query: DeploymentsQuery) {
    return this.queries.execute(new ListDeployments(query));
  }

  @Get('deployments/:deployment')
  @Shows('getDeployment', 'One deployment, with what it waits for', 'Deployment', ReadQuery)
  show(@Param('deployment') id: string, @QueryOf(ReadQuery) query: ReadQuery) {
    return this.queries.execute(new ShowDeployment(id, query, 'deployment'));
  }

  @Get('deployments/:deployment/steps')
  @Shows('getSteps', 'The steps of a deployment, with every attempt', 'StepRun[]', ReadQuery)
  steps(@Param('deployment') id: string, @QueryOf(ReadQuery) query: ReadQuery) {
    return this.queries.execute(new ShowDeployment(id, query, 'steps'));
  }

  @Get('deployments/:deployment/explain')
  @Shows(
    'explainDeployment',
    'Why a deployment is where it is: what it waits for and who holds that, or why it ended',
    'ExplainedDeployment',
    ReadQuery,
  )
  explain(@Param('deployment') id: string, @QueryOf(ReadQuery) query: ReadQuery) {
    return this.queries.execute(new ExplainDeployment(id, query));
  }

  @Get('deployments/:deployment/log')
  @Shows('getLog', 'What the steps printed, in the order it arrived', 'LogChunk[]', LogQuery)
  log(@Param('deployment') id: string, @QueryOf(LogQuery) query: LogQuery, @Headers('Last-Event-ID') lastEventId?: string) {
    if (query.follow === 'true') return this.queries.execute(new FollowDeploymentLog(id, query, lastEventId));
    return this.queries.execute(new ShowDeploymentLog(id, query));
  }

  @Post('deployments/:deployment/cancel')
  @CommandRoute(CancelDeployment, 'Cancel a deployment: at once, or as soon as the worker of its running step says so', 'Deployment')
  cancel(@Param('deployment') deployment: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('CancelDeployment', body, { deployment }, caller);
  }

  @Post('deployments/:deployment/redeploy')
  @CommandRoute(RedeployDeployment, 'The same deployment once more: its release, variables and options', 'Deployment', { creates: true })
  redeploy(@Param('deployment') deployment: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('RedeployDeployment', body, { deployment }, caller);
  }

  @Post('deployments/:deployment/rollback')
  @CommandRoute(RollBackDeployment, 'Back to what succeeded in its environment before it', 'Deployment', { creates: true })
  rollBack(@Param('deployment') deployment: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('RollBackDeployment', body, { deployment }, caller);
  }

  @Post('deployments/:deployment/prioritize')
  @CommandRoute(PrioritizeDeployment, 'Move a queued deployment to the front of its lane', 'Deployment', { body: false })
  prioritize(@Param('deployment') deployment: string, @Body() body: unknown, @Asked() caller: Caller) {
    return this.commands.ask('PrioritizeDeployment', body, { deployment }, caller);
  }

  @Get('dashboard')
  @Shows('getDashboard', 'Projects × environments: what runs, what came last, what is coming', 'Dashboard', DashboardQuery)
  dashboard(@QueryOf(DashboardQuery) query: DashboardQuery) {
    return this.queries.execute(new ShowDashboard(query));
  }
}
