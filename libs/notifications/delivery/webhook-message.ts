import { createHmac } from 'node:crypto';
import type { RecordedEvent } from '@slipway/kernel';
import { cloudEvent } from '../messages/cloud-event';

/** What is sent: one event as CloudEvents 1.0 in its structured mode. */
export function webhookBody(event: RecordedEvent): string {
  const { attributes, data } = cloudEvent(event);
  return JSON.stringify({ ...attributes, datacontenttype: 'application/json', data });
}

/** Standard Webhooks 1.0: the id is the event's, so a receiver that gets it twice knows it; the signature covers id, time and body. */
export function webhookHeaders({
  id,
  body,
  secret,
  now,
}: {
  id: string;
  body: string;
  secret: string;
  now: number;
}): Record<string, string> {
  const timestamp = Math.floor(now / 1_000).toString();
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
