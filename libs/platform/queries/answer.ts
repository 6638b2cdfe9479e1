/** What a query answers: the body, and the position that it reflects. `version` is the stream's where the body is one resource. */
export class Answer<T> {
  constructor(
    readonly body: T,
    readonly position: bigint,
    readonly version?: number,
  ) {}
}

/** Every list: at most `limit` items; `next` is absent on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/**
 * One message to somebody who follows. `id`: given back as `Last-Event-ID` after a break, the next message is sent first. `data` is JSON-exact. One with an
 * `id` alone tells nothing but how far was looked: who comes back with it is not looked for so far again.
 */
export type FollowedMessage = { readonly id?: string; readonly event: string; readonly data: object } | { readonly id: string };

/** What is followed: messages from a position on, until they end by themselves or the signal aborts. Sent as server-sent events. */
export class Followed {
  constructor(
    readonly messages: (signal: AbortSignal) => AsyncIterable<FollowedMessage>,
    readonly position: bigint,
  ) {}
}
