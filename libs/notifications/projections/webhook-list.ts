import { type Handlers, type Projection, type Recorded, type Rows, type Table } from '@slipway/kernel';
import { evolveWebhook, type WebhookState } from '../domain/webhook';
import type { WebhookEvent } from '../domain/webhook.events';

interface WebhookRow {
  slug: string;
  createdAt: bigint;
  state: WebhookState;
}

export const webhooksTable: Table<WebhookRow> = {
  name: 'webhooks',
  columns: { slug: 'text', createdAt: 'position', state: 'json' },
  key: ['slug'],
  indexes: [['createdAt']],
};

type WebhookRecord = Recorded<WebhookEvent>;

async function evolve(rows: Rows, event: WebhookRecord): Promise<void> {
  const { slug } = event.data;
  const row = (await rows.get(webhooksTable, slug)) ?? { slug, createdAt: event.position, state: { status: 'none' } as const };
  const state = evolveWebhook(row.state, event);
  if (state.status === 'active') rows.put(webhooksTable, { ...row, state });
  else rows.delete(webhooksTable, slug);
}

/** The webhooks that there are. Whole before anything is sent: one that is overlooked would send nothing. */
export const webhookList: Projection = {
  name: 'webhook_list',
  version: 1,
  tables: [webhooksTable],
  wholeBeforeReady: true,
  on: {
    WebhookCreated: evolve,
    WebhookChanged: evolve,
    WebhookDisabled: evolve,
    WebhookDeleted: evolve,
    WebhookReplayRequested: evolve,
    WebhookReplayFinished: evolve,
  } satisfies Handlers<WebhookRecord>,
};
