import {
  type Clock,
  isDomainError,
  messageOf,
  type OutboundAnswer,
  type OutboundHttp,
  type RecordedEvent,
  type Secrets,
} from '@slipway/kernel';
import { secretPlace, type Webhook } from '../domain/webhook';
import type { Outcome } from './retry-policy';
import { webhookBody, webhookHeaders } from './webhook-message';

const TIME_LIMIT_MS = 10_000;
/** Of an answer nothing but the status is wanted; a little of it is read, so that the connection ends in order. */
const MAX_ANSWER_BYTES = 4_096;

/** Sends one event to one receiver, once. */
export class WebhookSender {
  constructor(
    private readonly outbound: OutboundHttp,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Never rejects: whatever goes wrong is an outcome. One that is aborted may or may not have arrived. */
  async send(webhook: Webhook, event: RecordedEvent, { replay, signal }: { replay: boolean; signal: AbortSignal }): Promise<Outcome> {
    try {
      const secret = this.secrets.open(webhook.secret, secretPlace(webhook.slug));
      const body = webhookBody(event);
      const headers = {
        ...webhookHeaders({ id: event.id, body, secret, now: this.clock.now() }),
        ...(replay ? { 'slipway-replay': 'true' } : {}),
      };
      const limits = { timeoutMs: TIME_LIMIT_MS, maxBodyBytes: MAX_ANSWER_BYTES, headDecides: true, signal };
      return this.outcomeOf(await this.outbound.send({ method: 'POST', url: new URL(webhook.url), headers, body, ...limits }));
    } catch (error) {
      // The egress policy lets nobody call it.
      return { kind: isDomainError(error) ? 'refused' : 'failed', error: messageOf(error) };
    }
  }

  private outcomeOf({ status, headers }: OutboundAnswer): Outcome {
    if (status >= 200 && status < 300) return { kind: 'delivered', status };
    if (status === 410) return { kind: 'gone', status, error: 'the receiver answered 410 Gone' };
    if (status >= 300 && status < 400)
      return { kind: 'refused', status, error: `the receiver answered ${status}: redirects are not followed, set the url to where it is` };
    const error = `the receiver answered ${status}`;
    if (status >= 500 || [408, 425, 429].includes(status)) return { kind: 'failed', status, error, ...this.asked(headers['retry-after']) };
    return { kind: 'refused', status, error, ...this.asked(headers['retry-after']) };
  }

  /** Seconds, or a time (RFC 9110, 10.2.3). */
  private asked(retryAfter = ''): { retryAfterMs?: number } {
    const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - this.clock.now();
    return Number.isNaN(ms) || ms <= 0 ? {} : { retryAfterMs: ms };
  }
}
