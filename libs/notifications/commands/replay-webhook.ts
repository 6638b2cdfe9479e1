import { defined, EventStore, Streams } from '@slipway/kernel';
import { CommandMessage, Handles, IsPosition, IsSlug, IsTrueOrFalse, Optional, SlipwayCommand } from '@slipway/platform';
import type { ReplayWebhookCommand } from '../domain/webhook.decider';
import { checkReplayRange } from './replay-range';
import { WebhookHandler } from './webhook-handler';

/** Sends again what happened from a position on, besides what is sent anyway. */
@SlipwayCommand('public')
export class ReplayWebhook extends CommandMessage {
  @IsSlug() webhook!: string;
  @IsPosition() from!: string;
  @Optional() @IsPosition() to?: string;
  @Optional() @IsTrueOrFalse() deadLettersOnly?: boolean;
}

@Handles(ReplayWebhook)
export class ReplayWebhookHandler extends WebhookHandler<ReplayWebhook> {
  constructor(
    streams: Streams,
    private readonly events: EventStore,
  ) {
    super(streams);
  }

  /** Errors: those of checkReplayRange. */
  protected async command({ from, to, deadLettersOnly = false, meta }: ReplayWebhook): Promise<ReplayWebhookCommand> {
    checkReplayRange(from, to, await this.events.head());
    return { type: 'ReplayWebhook', data: defined({ from, to, deadLettersOnly }), meta };
  }
}
