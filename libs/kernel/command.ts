/** What comes in with a command, so that deciders need no clock, no random and no environment. */
export interface CommandMeta {
  /** Unique per intention: the same id again is a repeat. */
  readonly commandId: string;
  readonly actor: string;
  /** The time the decision is made at: RFC 3339 UTC with milliseconds. */
  readonly now: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  /** From `If-Match`: the version that the stream must have. */
  readonly expectedVersion?: number;
}

/** A command as a decider sees it: pure data. */
export interface Command {
  readonly type: string;
  readonly data: object;
  readonly meta: CommandMeta;
}

/** Whether the command's stream must be new, must exist, or may be either. */
export type StreamMode = 'new' | 'existing' | 'any';
