import { type Command, type Decider, defined, DomainError, effectivePatch } from '@slipway/kernel';
import { evolveWebhook, initialWebhook, noWebhook, type Webhook, type WebhookState } from './webhook';
import type { WebhookCreated, WebhookEvent, WebhookReplayRequested } from './webhook.events';

export interface CreateWebhookCommand extends Command {
  readonly type: 'CreateWebhook';
  readonly data: WebhookCreated['data'];
}

export interface ChangeWebhookCommand extends Command {
  readonly type: 'ChangeWebhook';
  readonly data: Partial<Pick<Webhook, 'url' | 'filter' | 'enabled' | 'secret'>>;
}

/** Sent by Slipway itself. */
export interface DisableWebhookCommand extends Command {
  readonly type: 'DisableWebhook';
  readonly data: { readonly reason: string };
}

export interface DeleteWebhookCommand extends Command {
  readonly type: 'DeleteWebhook';
  readonly data: object;
}

export interface ReplayWebhookCommand extends Command {
  readonly type: 'ReplayWebhook';
  readonly data: Omit<WebhookReplayRequested['data'], 'slug'>;
}

export interface FinishReplayCommand extends Command {
  readonly type: 'FinishReplay';
  readonly data: { readonly request: string };
}

export type WebhookCommand =
  CreateWebhookCommand | ChangeWebhookCommand | DisableWebhookCommand | DeleteWebhookCommand | ReplayWebhookCommand | FinishReplayCommand;

function change({ data }: ChangeWebhookCommand, webhook: Webhook): WebhookEvent[] {
  const patch = effectivePatch<ChangeWebhookCommand['data']>(webhook, data);
  return patch ? [{ type: 'WebhookChanged', data: { slug: webhook.slug, ...(patch as ChangeWebhookCommand['data']) } }] : [];
}

function replay(
  { data: { from, to, deadLettersOnly } }: ReplayWebhookCommand,
  { slug, enabled, replay: running }: Webhook,
): WebhookEvent[] {
  if (!enabled) {
    const message = `The webhook ${slug} is disabled: enable it first, then ask again.`;
    throw new DomainError('conflict', 'webhook.disabled', message, { webhook: slug });
  }
  if (running) {
    const message = `The webhook ${slug} is sending again what happened from ${running.from} to ${running.to}: ask again when it is done.`;
    throw new DomainError('conflict', 'webhook.replay-running', message, { webhook: slug, from: running.from, to: running.to });
  }
  return [{ type: 'WebhookReplayRequested', data: defined({ slug, from, to, deadLettersOnly }) }];
}

export const webhookDecider: Decider<WebhookCommand, WebhookState, WebhookEvent> = {
  category: 'webhook',
  initialState: initialWebhook,
  evolve: evolveWebhook,
  decide(command, state) {
    if (command.type === 'CreateWebhook') return [{ type: 'WebhookCreated', data: command.data }];
    if (state.status === 'none') return [];
    const { webhook } = state;
    const { slug } = webhook;
    if (state.status === 'deleted') {
      if (command.type === 'ChangeWebhook' || command.type === 'ReplayWebhook') throw noWebhook(slug);
      return [];
    }
    switch (command.type) {
      case 'ChangeWebhook':
        return change(command, webhook);
      case 'DisableWebhook':
        return webhook.enabled ? [{ type: 'WebhookDisabled', data: { slug, reason: command.data.reason } }] : [];
      case 'DeleteWebhook':
        return [{ type: 'WebhookDeleted', data: { slug } }];
      case 'ReplayWebhook':
        return replay(command, webhook);
      case 'FinishReplay': {
        const { request } = command.data;
        return webhook.replay?.request === request ? [{ type: 'WebhookReplayFinished', data: { slug, request } }] : [];
      }
      default:
        return command satisfies never;
    }
  },
};
