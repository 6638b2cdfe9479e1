import { CommandMessage, Handles, SlipwayCommand } from '@slipway/platform';
import type { DisableWebhookCommand, FinishReplayCommand } from '../domain/webhook.decider';
import { WebhookHandler } from './webhook-handler';

/** Sent when a receiver says that it is gone. */
@SlipwayCommand('internal')
export class DisableWebhook extends CommandMessage {
  webhook!: string;
  reason!: string;
}

@Handles(DisableWebhook)
export class DisableWebhookHandler extends WebhookHandler<DisableWebhook> {
  protected command({ reason, meta }: DisableWebhook): DisableWebhookCommand {
    return { type: 'DisableWebhook', data: { reason }, meta };
  }
}

/** Sent when everything that a replay was to send is sent or given up. */
@SlipwayCommand('internal')
export class FinishReplay extends CommandMessage {
  webhook!: string;
  request!: string;
}

@Handles(FinishReplay)
export class FinishReplayHandler extends WebhookHandler<FinishReplay> {
  protected command({ request, meta }: FinishReplay): FinishReplayCommand {
    return { type: 'FinishReplay', data: { request }, meta };
  }
}
