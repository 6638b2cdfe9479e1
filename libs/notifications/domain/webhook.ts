import { DomainError, type RecordedEvent } from '@slipway/kernel';
import type { EventFilter } from './event-filter';
import { lastReplayed } from './replay-range';
import type { WebhookEvent } from './webhook.events';

export interface Webhook {
  readonly slug: string;
  readonly url: string;
  readonly filter: EventFilter;
  readonly enabled: boolean;
  /** An envelope; opens at `secretPlace`. */
  readonly secret: string;
  /** Why Slipway disabled it; gone once somebody enables it again. */
  readonly disabledBecause?: string;
  /** The one that is under way. */
  readonly replay?: Replay;
}

export interface Replay {
  /** Id of the event that asked for it. */
  readonly request: string;
  /** First and last position, decimal texts. */
  readonly from: string;
  readonly to: string;
  readonly deadLettersOnly: boolean;
}

export type WebhookState = { readonly status: 'none' } | { readonly status: 'active' | 'deleted'; readonly webhook: Webhook };

export const initialWebhook: WebhookState = { status: 'none' };

export function webhookStream(slug: string): string {
  return `webhook-${slug}`;
}

/** Where the envelope of its secret is kept, and opens. */
export function secretPlace(slug: string): string {
  return `${webhookStream(slug)}/secret`;
}

export function evolveWebhook(state: WebhookState, event: RecordedEvent<WebhookEvent>): WebhookState {
  if (event.type === 'WebhookCreated') return { status: 'active', webhook: event.data };
  if (state.status !== 'active') return state;
  const { webhook } = state;
  switch (event.type) {
    case 'WebhookChanged': {
      const { disabledBecause, ...rest } = webhook;
      const kept = event.data.enabled === undefined && disabledBecause !== undefined ? { disabledBecause } : {};
      return { status: 'active', webhook: { ...rest, ...kept, ...event.data } };
    }
    case 'WebhookDisabled':
      return { status: 'active', webhook: { ...webhook, enabled: false, disabledBecause: event.data.reason } };
    case 'WebhookDeleted':
      return { status: 'deleted', webhook };
    case 'WebhookReplayRequested': {
      const { from, to, deadLettersOnly: only } = event.data;
      const last = lastReplayed(to, event.position);
      return { status: 'active', webhook: { ...webhook, replay: { request: event.id, from, to: last, deadLettersOnly: only } } };
    }
    case 'WebhookReplayFinished': {
      const { replay: _finished, ...rest } = webhook;
      return { status: 'active', webhook: rest };
    }
    default:
      return event satisfies never;
  }
}

/** The webhook of a stream that has one now. */
export function activeWebhook(state: WebhookState): Webhook | undefined {
  return state.status === 'active' ? state.webhook : undefined;
}

/** The refusal of what needs a webhook where there is none, any more. */
export function noWebhook(slug: string): DomainError {
  return new DomainError('not-found', 'webhook.not-found', `There is no webhook ${slug}.`, { webhook: slug });
}
