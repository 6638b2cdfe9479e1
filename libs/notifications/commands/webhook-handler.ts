import { Injectable } from '@nestjs/common';
import type { Handled } from '@slipway/kernel';
import { type CommandMessage, DecisionHandler } from '@slipway/platform';
import { type WebhookState, webhookStream } from '../domain/webhook';
import { type WebhookCommand, webhookDecider } from '../domain/webhook.decider';
import type { WebhookEvent } from '../domain/webhook.events';
import { webhookResource } from '../queries/webhook-resource';

/** What every command on an existing webhook has in common. */
@Injectable()
export abstract class WebhookHandler<M extends CommandMessage & { webhook: string }> extends DecisionHandler<
  M,
  WebhookCommand,
  WebhookState,
  WebhookEvent
> {
  protected readonly decider = webhookDecider;
  protected readonly mode = 'existing';

  protected stream({ webhook }: M): string {
    return webhookStream(webhook);
  }

  protected answer({ state }: Handled<WebhookState, WebhookEvent>): object {
    return webhookResource(state);
  }
}
