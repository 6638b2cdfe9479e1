import type { RecordedEvent } from './event';

/** A command that a reactor wants sent: its registered name and its data. Its id is derived (decision 19), so a redelivery is a repeat. */
export interface ReactorCommand {
  readonly name: string;
  readonly data: object;
}

/**
 * "When this happened, then ask for that": pure, one event at a time, in log order (by `orderKey`) from its own checkpoint. Never rebuilt.
 */
export interface Reactor {
  readonly name: string;
  /** Where it starts on a log without its checkpoint: those of the walk at the beginning (repeats are nothing), others at the head. */
  readonly startsAt: 'beginning' | 'head';
  readonly on: Readonly<Record<string, (event: never) => readonly ReactorCommand[]>>;
  /**
   * What stays in log order: events of one key do, those of different keys are handled side by side. All events of a stream that it handles have one key. Without
   * it everything stays in order.
   */
  readonly orderKey?: (event: RecordedEvent) => string;
}

/** Handlers checked against a union of recorded events. */
export type Reactions<E extends { type: string }> = {
  readonly [T in E['type']]?: (event: Extract<E, { type: T }>) => readonly ReactorCommand[];
};

/** The same for unions built with RecordedEvent<…>. */
export type Recorded<E> = E extends { type: string; data: object } ? RecordedEvent<E> : never;
