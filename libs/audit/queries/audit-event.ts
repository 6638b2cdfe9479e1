import type { RecordedEvent } from '@slipway/kernel';

/**
 * An event as the audit shows it: what is stored, never upcast, since a history that is rewritten while it is read proves nothing. With `command`,
 * `traceparent` and `hash` it holds all that the hash chain covers.
 */
export interface AuditEvent {
  /** A decimal string: positions are 64 bits. */
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly command: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  readonly hash?: string;
  readonly data: object;
}

/** Written out field by field: an export calls it for every event there is. */
export function auditEvent({ position, stream, version, id, type, data, metadata }: RecordedEvent): AuditEvent {
  const { at, actor, command, commandId, correlationId, causationId, traceparent, hash } = metadata;
  const why = { at, actor, command, commandId, correlationId, causationId };
  const optional = { ...(traceparent === undefined ? {} : { traceparent }), ...(hash === undefined ? {} : { hash }) };
  return { position: position.toString(), stream, version, id, type, ...why, ...optional, data };
}
