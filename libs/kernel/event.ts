/** What a decider returns: an explicit stored name and JSON-exact data (ISO dates, no undefined, no bigint, no Date). */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

/** Why an event exists. Stored beside its data; `hash` chains it to the event before it in its stream (see hash-chain.ts). */
export interface EventMetadata {
  /** Who asked: a principal, or `slipway/<part>` for what the system does by itself. */
  readonly actor: string;
  /** When it was decided: RFC 3339 UTC with milliseconds. */
  readonly at: string;
  /** The command that caused it, by name and id. A command id occurs in one stream only. */
  readonly command: string;
  readonly commandId: string;
  /** The same through a whole walk. */
  readonly correlationId: string;
  /** The event id or the request that caused the command. */
  readonly causationId: string;
  /** W3C trace context, as received. */
  readonly traceparent?: string;
  /** SHA-256, 64 hex digits; absent on system events (`$…`), which are outside the chain. */
  readonly hash?: string;
}

/** An event as any store holds it. Narrow it by `type` when E is a union. */
export type RecordedEvent<E extends DomainEvent = DomainEvent> = E extends DomainEvent
  ? {
      /** Place in the whole log: compare, never count (it may be a byte offset). Greater than BEGINNING. */
      readonly position: bigint;
      readonly stream: string;
      /** Place in its stream: 0, 1, 2 … without gaps. */
      readonly version: number;
      readonly id: string;
      readonly type: E['type'];
      readonly data: E['data'];
      readonly metadata: EventMetadata;
    }
  : never;

/** The position before every event. */
export const BEGINNING = 0n;

/** System events: their type starts with `$`. They are in no subscription, no relay, no chain and no audit. */
export function isSystemEvent(type: string): boolean {
  return type.startsWith('$');
}
