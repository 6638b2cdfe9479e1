import type { DomainEvent, EventEntries } from '@slipway/kernel';
import type { EventFilter } from './event-filter';

/** `secret`: an envelope, never the secret itself. */
export interface WebhookCreated extends DomainEvent {
  readonly type: 'WebhookCreated';
  readonly data: { slug: string; url: string; filter: EventFilter; enabled: boolean; secret: string };
}

/** Only what changed; a filter is replaced whole. */
export interface WebhookChanged extends DomainEvent {
  readonly type: 'WebhookChanged';
  readonly data: { slug: string; url?: string; filter?: EventFilter; enabled?: boolean; secret?: string };
}

/** By Slipway itself: its receiver wants no more. What happens from now on waits until somebody enables it again. */
export interface WebhookDisabled extends DomainEvent {
  readonly type: 'WebhookDisabled';
  readonly data: { slug: string; reason: string };
}

export interface WebhookDeleted extends DomainEvent {
  readonly type: 'WebhookDeleted';
  readonly data: { slug: string };
}

/** What happened between two positions, both included, is sent once more; absent `to`: up to this event. `deadLettersOnly`: of it only what was given up. */
export interface WebhookReplayRequested extends DomainEvent {
  readonly type: 'WebhookReplayRequested';
  readonly data: { slug: string; from: string; to?: string; deadLettersOnly: boolean };
}

export interface WebhookReplayFinished extends DomainEvent {
  readonly type: 'WebhookReplayFinished';
  readonly data: { slug: string; request: string };
}

export type WebhookEvent =
  WebhookCreated | WebhookChanged | WebhookDisabled | WebhookDeleted | WebhookReplayRequested | WebhookReplayFinished;

const secret = 'aes-256-gcm.1:bm9uY2UtdGFnLWFuZC10ZXh0';

export const webhookEvents: { entries: EventEntries<WebhookEvent> } = {
  entries: {
    WebhookCreated: {
      sample: {
        slug: 'chat',
        url: 'https://chat.example.org/hooks/7',
        filter: { types: ['DeploymentConcluded'], projects: ['shop'], environments: ['production'] },
        enabled: true,
        secret,
      },
    },
    WebhookChanged: { sample: { slug: 'chat', url: 'https://chat.example.org/hooks/8', filter: {}, enabled: false, secret } },
    WebhookDisabled: { sample: { slug: 'chat', reason: 'The receiver answered 410 Gone.' } },
    WebhookDeleted: { sample: { slug: 'chat' } },
    WebhookReplayRequested: { sample: { slug: 'chat', from: '1', to: '7', deadLettersOnly: false } },
    WebhookReplayFinished: { sample: { slug: 'chat', request: '019b8d2e-0000-7000-8000-000000000001' } },
  },
};
