import { CommandMessage, Handles, IsSlug, SlipwayCommand } from '@slipway/platform';
import type { DeleteWebhookCommand } from '../domain/webhook.decider';
import { WebhookHandler } from './webhook-handler';

/** Nothing is sent any more; its name is never used again. */
@SlipwayCommand('public')
export class DeleteWebhook extends CommandMessage {
  @IsSlug() webhook!: string;
}

@Handles(DeleteWebhook)
export class DeleteWebhookHandler extends WebhookHandler<DeleteWebhook> {
  protected command({ meta }: DeleteWebhook): DeleteWebhookCommand {
    return { type: 'DeleteWebhook', data: {}, meta };
  }
}
