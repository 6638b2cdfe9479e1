import { Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { AuditController } from './http/audit.controller';
import { DeploymentEventsController } from './http/deployment-events.controller';
import { ExportAuditEventsHandler } from './queries/export-audit-events.query';
import { ListAuditEventsHandler } from './queries/list-audit-events.query';
import { ShowAuditStreamHandler } from './queries/show-audit-stream.query';
import { ShowDeploymentEventsHandler } from './queries/show-deployment-events.query';
import { VerifyHistoryHandler } from './queries/verify-audit.query';

/** Reads the log itself: nothing to project, and no events of its own. */
@Module({
  controllers: [AuditController, DeploymentEventsController],
  providers: [ListAuditEventsHandler, ExportAuditEventsHandler, ShowAuditStreamHandler, ShowDeploymentEventsHandler, VerifyHistoryHandler],
})
export class AuditModule {}

export const auditSlice: Slice = { module: AuditModule, events: [] };
