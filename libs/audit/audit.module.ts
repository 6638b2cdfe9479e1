import { Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { AuditController } from './http/audit.controller';
import { ExportAuditEventsHandler } from './queries/export-audit-events.query';
import { ListAuditEventsHandler } from './queries/list-audit-events.query';
import { ShowAuditStreamHandler } from './queries/show-audit-stream.query';
import { VerifyHistoryHandler } from './queries/verify-audit.query';

/** Reads the log itself: nothing to project, and no events of its own. */
export const auditSlice: Slice = { events: [] };

@Module({
  controllers: [AuditController],
  providers: [ListAuditEventsHandler, ExportAuditEventsHandler, ShowAuditStreamHandler, VerifyHistoryHandler],
})
export class AuditModule {}
