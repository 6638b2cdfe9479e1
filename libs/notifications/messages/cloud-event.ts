import { auditEvent } from '@slipway/audit/contract';
import type { RecordedEvent } from '@slipway/kernel';

/** An event as CloudEvents 1.0 describes it: the same wherever it is sent, only the binding differs. */
export interface CloudEvent {
  /** Context attributes by name, extensions among them: `position` (64 bits, as text), `streamversion`, `actor`, and CloudEvents' own for correlation. */
  readonly attributes: Readonly<Record<string, string | number>>;
  /** The event as the audit shows it: as it is stored, secrets in envelopes only. */
  readonly data: object;
}

export function cloudEvent(event: RecordedEvent): CloudEvent {
  const { id, stream, version, type, position, metadata } = event;
  return {
    attributes: {
      specversion: '1.0',
      id,
      source: sourceOf(stream),
      type: cloudEventType(type),
      time: metadata.at,
      position: position.toString(),
      streamversion: version,
      actor: metadata.actor,
      correlationid: metadata.correlationId,
      causationid: metadata.causationId,
    },
    data: auditEvent(event),
  };
}

/** By the stored name of an event. */
export function cloudEventType(type: string): string {
  return `slipway.${type}`;
}

function sourceOf(stream: string): string {
  return `/streams/${encodeURIComponent(stream)}`;
}
