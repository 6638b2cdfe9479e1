import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { SubscriptionHub } from '@slipway/kernel';
import type { FastifyReply } from 'fastify';
import { ProcessState } from './process-state';

/** Whether the process lives, and whether it can do its work. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly state: ProcessState,
    private readonly hub: SubscriptionHub,
  ) {}

  @Get('live')
  @ApiOperation({ operationId: 'live', summary: 'The process answers' })
  live() {
    return { state: this.state.current };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'ready', summary: 'Every part works; 503 and why, where one does not' })
  ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const subscriptions = this.hub.statuses().map((status) => ({ ...status, position: String(status.position) }));
    const ready = this.state.current === 'running' && subscriptions.every(({ state }) => state === 'running');
    if (!ready) reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { ready, state: this.state.current, subscriptions };
  }
}
