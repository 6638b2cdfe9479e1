import { defined, Streams } from '@slipway/kernel';
import { CommandMessage, Handles, IsPart, IsSlug, IsTrueOrFalse, Optional, SlipwayCommand } from '@slipway/platform';
import type { ChangeWebhookCommand } from '../domain/webhook.decider';
import { EventFilterInput } from './event-filter-input';
import { WebhookContent } from './webhook-content';
import { WebhookHandler } from './webhook-handler';
import { checkReceiver, IsReceiver, IsWebhookSecret } from './webhook-input';

/** What is left out stays; a filter is replaced whole. */
@SlipwayCommand('public')
export class ChangeWebhook extends CommandMessage {
  @IsSlug() webhook!: string;
  @Optional() @IsReceiver() url?: string;
  @Optional() @IsPart(EventFilterInput) filter?: EventFilterInput;
  @Optional() @IsTrueOrFalse() enabled?: boolean;
  @Optional() @IsWebhookSecret() secret?: string;
}

@Handles(ChangeWebhook)
export class ChangeWebhookHandler extends WebhookHandler<ChangeWebhook> {
  constructor(
    streams: Streams,
    private readonly content: WebhookContent,
  ) {
    super(streams);
  }

  protected command({ webhook, url, filter, enabled, secret, meta }: ChangeWebhook): ChangeWebhookCommand {
    const data = {
      url: url === undefined ? undefined : checkReceiver(url),
      filter: filter === undefined ? undefined : this.content.filter(filter),
      enabled,
      secret: secret === undefined ? undefined : this.content.seal(webhook, secret),
    };
    return { type: 'ChangeWebhook', data: defined(data), meta };
  }
}
