import type { Webhook, WebhookState } from '../domain/webhook';

/** A webhook as everybody may see it: without its secret, in whatever form. */
export interface WebhookResource extends Pick<Webhook, 'slug' | 'url' | 'filter' | 'enabled' | 'disabledBecause' | 'replay'> {
  readonly deleted?: true;
}

export function webhookResource(state: WebhookState): WebhookResource {
  if (state.status === 'none') throw new Error('this stream holds no webhook');
  const { secret: _sealed, ...shown } = state.webhook;
  return state.status === 'deleted' ? { ...shown, deleted: true } : shown;
}
