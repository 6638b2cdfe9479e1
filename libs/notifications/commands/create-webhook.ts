import { type Handled, Random, Streams } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsPart, IsSlug, IsTrueOrFalse, Optional, SlipwayCommand } from '@slipway/platform';
import { type WebhookState, webhookStream } from '../domain/webhook';
import { type CreateWebhookCommand, type WebhookCommand, webhookDecider } from '../domain/webhook.decider';
import type { WebhookEvent } from '../domain/webhook.events';
import { webhookResource } from '../queries/webhook-resource';
import { EventFilterInput } from './event-filter-input';
import { WebhookContent } from './webhook-content';
import { checkReceiver, IsReceiver, IsWebhookSecret } from './webhook-input';

const SECRET_BYTES = 24;

/** Sends what happens from now on to a receiver. */
@SlipwayCommand('public')
export class CreateWebhook extends CommandMessage {
  @IsSlug() slug!: string;
  @IsReceiver() url!: string;
  @Optional() @IsPart(EventFilterInput) filter?: EventFilterInput;
  @Optional() @IsTrueOrFalse() enabled?: boolean;
  @Optional() @IsWebhookSecret() secret?: string;
}

@Handles(CreateWebhook)
export class CreateWebhookHandler extends DecisionHandler<CreateWebhook, WebhookCommand, WebhookState, WebhookEvent> {
  protected readonly decider = webhookDecider;
  protected readonly mode = 'new';

  constructor(
    streams: Streams,
    private readonly content: WebhookContent,
    private readonly random: Random,
  ) {
    super(streams);
  }

  protected stream({ slug }: CreateWebhook): string {
    return webhookStream(slug);
  }

  protected command({ slug, url, filter = {}, enabled = true, secret, meta }: CreateWebhook): CreateWebhookCommand {
    const made = () => `whsec_${Buffer.from(this.random.bytes(SECRET_BYTES)).toString('base64')}`;
    const sealed = this.content.seal(slug, secret ?? made());
    return {
      type: 'CreateWebhook',
      data: { slug, url: checkReceiver(url), filter: this.content.filter(filter), enabled, secret: sealed },
      meta,
    };
  }

  /** The one answer with a secret in it: nobody but its caller learns one that was made here. */
  protected answer({ events: [created] }: Handled<WebhookState, WebhookEvent>, { slug, secret }: CreateWebhook): object {
    if (created?.type !== 'WebhookCreated') throw new Error(`webhook ${slug} was not created`);
    const shown = webhookResource({ status: 'active', webhook: created.data });
    return secret === undefined ? { ...shown, secret: this.content.open(slug, created.data.secret) } : shown;
  }
}
