import { defined, EventStore, Streams } from '@slipway/kernel';
import { CommandMessage, Handles, IsPosition, IsSlug, IsTrueOrFalse, misfit, Optional, SlipwayCommand } from '@slipway/platform';
import type { ReplayWebhookCommand } from '../domain/webhook.decider';
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

  /** Errors: DomainError `request.invalid` for what ends before it begins, or begins behind the log's end: it would wait for what is sent anyway. */
  protected async command({ from, to, deadLettersOnly = false, meta }: ReplayWebhook): Promise<ReplayWebhookCommand> {
    const head = await this.events.head();
    if (BigInt(from) > head) throw misfit([{ pointer: '/from', message: `must not be greater than ${head}, where the log ends` }]);
    if (to !== undefined && BigInt(to) < BigInt(from)) throw misfit([{ pointer: '/to', message: 'must not be before from' }]);
    return { type: 'ReplayWebhook', data: defined({ from, to, deadLettersOnly }), meta };
  }
}
