import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Telemetry } from '@slipway/kernel';
import type { FastifyReply } from 'fastify';

/** Figures of this process, for Prometheus. */
@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly telemetry: Telemetry) {}

  @Get()
  @ApiOperation({ operationId: 'metrics', summary: 'Figures of this process, as Prometheus reads them' })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, body } = await this.telemetry.metrics.page();
    reply.header('Content-Type', contentType);
    return body;
  }
}
