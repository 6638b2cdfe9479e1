import { Global, Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { ArchiveReleaseHandler } from './commands/archive-release';
import { BlockReleaseHandler, UnblockReleaseHandler } from './commands/block-release';
import { ConcludeDeploymentHandler } from './commands/conclude-deployment';
import { CreateReleaseHandler } from './commands/create-release';
import { DeleteReleaseHandler } from './commands/delete-release';
import { PromoteReleaseHandler, ScheduleDeploymentHandler } from './commands/schedule-deployment';
import { RepeatDeploymentHandler } from './commands/repeat-deployment';
import { ScheduleChildDeploymentHandler } from './commands/schedule-child-deployment';
import { UpdateVariablesHandler } from './commands/update-variables';
import { ReleasesReader } from './contract';
import { releaseEvents } from './domain/release.samples';
import { ReleasesController } from './http/releases.controller';
import { RetentionController } from './http/retention.controller';
import { releaseList } from './projections/release-list';
import { CompareReleasesHandler } from './queries/compare-releases.query';
import { ExplainEligibilityHandler } from './queries/eligibility.query';
import { ShowProgressionHandler } from './queries/progression.query';
import { ListReleasesHandler, ShowReleaseHandler } from './queries/releases.query';
import { Retentions, ShowRetentionHandler } from './queries/retentions';
import { StoredReleases } from './queries/releases.reader';

@Global()
@Module({
  controllers: [ReleasesController, RetentionController],
  providers: [
    CreateReleaseHandler,
    UpdateVariablesHandler,
    ScheduleDeploymentHandler,
    PromoteReleaseHandler,
    RepeatDeploymentHandler,
    ScheduleChildDeploymentHandler,
    ArchiveReleaseHandler,
    BlockReleaseHandler,
    UnblockReleaseHandler,
    DeleteReleaseHandler,
    ConcludeDeploymentHandler,
    ListReleasesHandler,
    ShowReleaseHandler,
    ShowProgressionHandler,
    ExplainEligibilityHandler,
    CompareReleasesHandler,
    ShowRetentionHandler,
    Retentions,
    { provide: ReleasesReader, useClass: StoredReleases },
  ],
  exports: [ReleasesReader],
})
export class ReleasesModule {}

// What the processor runs besides subscriptions.
export { Retentions } from './queries/retentions';
export { RetentionTick } from './retention/retention-tick';

export const releasesSlice: Slice = { module: ReleasesModule, events: [releaseEvents], projections: [releaseList] };
