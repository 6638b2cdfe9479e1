import { createHmac } from 'node:crypto';
import { auditEvent } from '@slipway/audit/contract';
import type { RecordedEvent } from '@slipway/kernel';

/** What is sent: one event as CloudEvents 1.0 (structured mode, JSON). Its data are the event as the audit shows it. */
export function webhookBody(event: RecordedEvent): string {
  const { id, stream, version, type, position, metadata } = event;
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: `/streams/${encodeURIComponent(stream)}`,
    type: `slipway.${type}`,
    time: metadata.at,
    datacontenttype: 'application/json',
    position: position.toString(),
    streamversion: version,
    data: auditEvent(event),
  });
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
