import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import type { WebhookEvent } from '../domain/webhook.events';
import { webhookList, webhooksTable } from './webhook-list';

const created = (slug: string): WebhookEvent => ({
  type: 'WebhookCreated',
  data: { slug, url: 'https://chat.example.org/', filter: {}, enabled: true, secret: 'sealed' },
});
const rows = (...streams: WebhookEvent[][]) =>
  projectionRows(webhookList, webhooksTable, logOf(...streams.map((events, index) => recorded(events, `webhook-${index}`))), () => {
    return new SqliteReadStore(':memory:');
  });

describe('the list of webhooks', () => {
  it('holds each as its stream says, with where it was created', async () => {
    const chat: WebhookEvent[] = [
      created('chat'),
      { type: 'WebhookChanged', data: { slug: 'chat', filter: { projects: ['shop'] } } },
      { type: 'WebhookReplayRequested', data: { slug: 'chat', from: '1', deadLettersOnly: false } },
      { type: 'WebhookReplayFinished', data: { slug: 'chat', request: 'event-3' } },
      { type: 'WebhookDisabled', data: { slug: 'chat', reason: 'gone' } },
    ];
    expect(await rows(chat, [created('wall')])).toEqual([
      {
        slug: 'chat',
        createdAt: 1n,
        state: {
          status: 'active',
          webhook: {
            ...{ slug: 'chat', url: 'https://chat.example.org/', filter: { projects: ['shop'] }, enabled: false, secret: 'sealed' },
            disabledBecause: 'gone',
          },
        },
      },
      { slug: 'wall', createdAt: 6n, state: { status: 'active', webhook: created('wall').data } },
    ]);
  });

  it('forgets one that is deleted, whatever is still said of it', async () => {
    const gone: WebhookEvent[] = [
      created('chat'),
      { type: 'WebhookDeleted', data: { slug: 'chat' } },
      { type: 'WebhookReplayFinished', data: { slug: 'chat', request: 'event-9' } },
    ];
    expect(await rows(gone)).toEqual([]);
  });
});
