import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ProcessState } from './process-state';
import { Readiness, type ReadinessReport } from './readiness';

/** Whether the process lives, and whether it can do its work. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly state: ProcessState,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @ApiOperation({ operationId: 'live', summary: 'The process answers' })
  live() {
    return { state: this.state.current };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'ready', summary: 'Every part works; 503 and why, where one does not' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    if (!report.ready) reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    return report;
  }
}
