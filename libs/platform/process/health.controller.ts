import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { SubscriptionHub, type SubscriptionStatus } from '@slipway/kernel';
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
    const subscriptions = this.hub.statuses().map(told);
    const ready = this.state.current === 'running' && subscriptions.every(({ state }) => state === 'running');
    if (!ready) reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { ready, state: this.state.current, subscriptions };
  }
}

/** Positions are 64 bits: JSON takes them as decimal texts. */
function told({ position, error, ...status }: SubscriptionStatus) {
  const event = error?.event && { event: { ...error.event, position: String(error.event.position) } };
  return { ...status, position: String(position), ...(error ? { error: { ...error, ...event } } : {}) };
}
