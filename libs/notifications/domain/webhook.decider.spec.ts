import { deciderSpec } from '@slipway/kernel/testing';
import type { EventFilter } from './event-filter';
import { webhookDecider } from './webhook.decider';
import type { WebhookEvent } from './webhook.events';

const { given } = deciderSpec(webhookDecider);
const filter: EventFilter = { types: ['DeploymentConcluded'], projects: ['shop'] };
const data = { slug: 'chat', url: 'https://chat.example.org/', filter, enabled: true, secret: 'sealed-1' };
const created: WebhookEvent = { type: 'WebhookCreated', data };
const disabled: WebhookEvent = { type: 'WebhookDisabled', data: { slug: 'chat', reason: 'it is gone' } };
const deleted: WebhookEvent = { type: 'WebhookDeleted', data: { slug: 'chat' } };
const change = (patch: object) => ({ type: 'ChangeWebhook' as const, data: patch });
const replay = (from: string, to?: string) => ({
  type: 'ReplayWebhook' as const,
  data: { from, ...(to === undefined ? {} : { to }), deadLettersOnly: false },
});
const requested = (from: string, to?: string): WebhookEvent => ({
  type: 'WebhookReplayRequested',
  data: { slug: 'chat', ...replay(from, to).data },
});
const finished = (request: string): WebhookEvent => ({ type: 'WebhookReplayFinished', data: { slug: 'chat', request } });

describe('a webhook', () => {
  it('is created with what was said of it', () => {
    given().when({ type: 'CreateWebhook', data }).then([created]);
    expect(given(created).state()).toEqual({ status: 'active', webhook: data });
  });

  it('records of a change only what differs, whatever the order of a filter’s lists’ names', () => {
    given(created)
      .when(change({ url: data.url, filter: { projects: ['shop'], types: ['DeploymentConcluded'] }, enabled: true }))
      .then([]);
    given(created)
      .when(change({ url: 'https://other.example.org/', filter: {}, secret: 'sealed-2' }))
      .then([{ type: 'WebhookChanged', data: { slug: 'chat', url: 'https://other.example.org/', filter: {}, secret: 'sealed-2' } }]);
    given(created).when(change({})).then([]);
  });

  it('is disabled once by its receiver, and says why until somebody enables or disables it', () => {
    const gone = { type: 'DisableWebhook' as const, data: { reason: 'it is gone' } };
    given(created).when(gone).then([disabled]);
    given(created, disabled).when(gone).then([]);
    expect(given(created, disabled).state()).toMatchObject({ webhook: { enabled: false, disabledBecause: 'it is gone' } });
    const moved: WebhookEvent = { type: 'WebhookChanged', data: { slug: 'chat', url: 'https://new.example.org/' } };
    expect(given(created, disabled, moved).state()).toMatchObject({ webhook: { enabled: false, disabledBecause: 'it is gone' } });
    const enabled: WebhookEvent = { type: 'WebhookChanged', data: { slug: 'chat', enabled: true } };
    given(created, disabled)
      .when(change({ enabled: true }))
      .then([enabled]);
    expect(given(created, disabled, enabled).state()).toEqual({ status: 'active', webhook: data });
  });

  it('sends again what happened up to the request, one replay at a time', () => {
    given(created)
      .when(replay('1', '7'))
      .then([requested('1', '7')]);
    expect(given(created, created, created, requested('1', '2')).state()).toMatchObject({ webhook: { replay: { from: '1', to: '2' } } });
    // The request stands at position 2 here.
    for (const to of [undefined, '1', '2', '99'])
      expect(given(created, requested('1', to)).state()).toMatchObject({ webhook: { replay: { request: 'event-2', from: '1', to: '1' } } });
    given(created, requested('1')).when(replay('5')).refused('webhook.replay-running', { webhook: 'chat', from: '1', to: '1' });
    given(created, disabled).when(replay('1')).refused('webhook.disabled', { webhook: 'chat' });
  });

  it('may be asked for another replay when one has finished, and finishes none that is over', () => {
    const finish = (request: string) => ({ type: 'FinishReplay' as const, data: { request } });
    given(created, requested('1'))
      .when(finish('event-2'))
      .then([finished('event-2')]);
    given(created, requested('1')).when(finish('event-1')).then([]);
    given(created, requested('1'), finished('event-2')).when(finish('event-2')).then([]);
    given(created, requested('1'), finished('event-2'))
      .when(replay('1'))
      .then([requested('1')]);
  });

  it('is deleted for ever', () => {
    given(created).when({ type: 'DeleteWebhook', data: {} }).then([deleted]);
    given(created, deleted).when({ type: 'DeleteWebhook', data: {} }).then([]);
    given(created, deleted)
      .when({ type: 'DisableWebhook', data: { reason: 'gone' } })
      .then([]);
    given(created, deleted)
      .when(change({ enabled: false }))
      .refused('webhook.not-found', { webhook: 'chat' });
    given(created, deleted).when(replay('1')).refused('webhook.not-found');
  });

  it('that does not exist is not changed', () => {
    given()
      .when(change({ enabled: false }))
      .then([]);
  });
});
