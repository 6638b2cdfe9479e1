import { Global, Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { DeploymentsReader } from './contract';
import {
  ClaimAttemptHandler,
  FailAttemptHandler,
  LoseAttemptHandler,
  RedispatchAttemptHandler,
  ReportAttemptHandler,
} from './commands/attempts';
import { CancelDeploymentHandler, SupersedeDeploymentHandler } from './commands/cancel-deployment';
import { NoteChildHandler, ReportChildHandler, WakeStepHandler } from './commands/held-steps';
import { ResolveInterruptionHandler, TakeInterruptionHandler } from './commands/interruptions';
import { EnterLaneHandler, LeaveLaneHandler } from './commands/lanes';
import { OpenDeploymentHandler } from './commands/open-deployment';
import { PrioritizeDeploymentHandler } from './commands/prioritize-deployment';
import { RedeployDeploymentHandler, RollBackDeploymentHandler } from './commands/repeat-deployment';
import { StartDeploymentHandler } from './commands/start-deployment';
import { ExpireCancelHandler, ExpireDeploymentHandler, QueueDeploymentHandler } from './commands/timed';
import { deploymentEvents } from './domain/deployment.samples';
import { laneEvents } from './domain/lane';
import { DeploymentsController } from './http/deployments.controller';
import { InterruptionsController } from './http/interruptions.controller';
import { attempts } from './projections/attempts';
import { board } from './projections/board';
import { deploymentsProjection } from './projections/deployments';
import { interruptions } from './projections/interruptions';
import { timers } from './projections/timers';
import { ShowDashboardHandler } from './queries/dashboard.query';
import { ShowDeploymentLogHandler } from './queries/deployment-log.query';
import { StoredDeployments } from './queries/deployments.reader';
import { ExplainDeploymentHandler } from './queries/explain-deployment.query';
import { DeploymentStreams } from './queries/deployment-streams';
import { FollowDeploymentLogHandler } from './queries/follow-log.query';
import { ListDeploymentsHandler, ShowDeploymentHandler } from './queries/deployments.query';
import { ListInterruptionsHandler, ShowInterruptionHandler } from './queries/interruptions.query';
import { InterruptionsReader } from './queries/interruptions.reader';
import { concludeDeployment } from './reactors/conclude-deployment';
import { driveLanes } from './reactors/drive-lanes';
import { openDeployment } from './reactors/open-deployment';
import { reportChild } from './reactors/report-child';

@Global()
@Module({
  controllers: [DeploymentsController, InterruptionsController],
  providers: [
    OpenDeploymentHandler,
    QueueDeploymentHandler,
    StartDeploymentHandler,
    ExpireDeploymentHandler,
    CancelDeploymentHandler,
    ExpireCancelHandler,
    ClaimAttemptHandler,
    ReportAttemptHandler,
    LoseAttemptHandler,
    FailAttemptHandler,
    RedispatchAttemptHandler,
    SupersedeDeploymentHandler,
    WakeStepHandler,
    NoteChildHandler,
    ReportChildHandler,
    TakeInterruptionHandler,
    ResolveInterruptionHandler,
    PrioritizeDeploymentHandler,
    RedeployDeploymentHandler,
    RollBackDeploymentHandler,
    EnterLaneHandler,
    LeaveLaneHandler,
    ListDeploymentsHandler,
    ShowDeploymentHandler,
    ShowDeploymentLogHandler,
    FollowDeploymentLogHandler,
    ShowDashboardHandler,
    ListInterruptionsHandler,
    ShowInterruptionHandler,
    InterruptionsReader,
    DeploymentStreams,
    ExplainDeploymentHandler,
    { provide: DeploymentsReader, useClass: StoredDeployments },
  ],
  exports: [DeploymentsReader],
})
export class DeploymentsModule {}

// What the processor runs besides subscriptions.
export { relayedDeployments } from './messages/relayed-deployments';
export { AttemptJudge } from './progress/attempt-judge';
export { FreeSlots } from './progress/free-slots';
export { AttemptLeases } from './progress/attempt-leases';
export { LogIntake } from './progress/log-intake';
export { ProgressIntake } from './progress/progress-intake';
export { readSlots } from './progress/read-progress';
export { TimerTick } from './timers/timer-tick';

export const deploymentsSlice: Slice = {
  module: DeploymentsModule,
  events: [deploymentEvents, laneEvents],
  projections: [deploymentsProjection, board, interruptions, timers, attempts],
  reactors: [openDeployment, driveLanes, concludeDeployment, reportChild],
};
