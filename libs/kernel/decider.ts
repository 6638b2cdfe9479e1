import type { Command } from './command';
import type { DomainEvent, RecordedEvent } from './event';

/**
 * The rules of one kind of stream. `decide` is pure and always returns an array: a repeat returns `[]`, a contradiction
 * throws a DomainError. `evolve` never throws and never changes the state it is given.
 */
export interface Decider<C extends Command, S, E extends DomainEvent> {
  /** First word of the stream names, e.g. `release` for `release-shop@1.0.0`; also the prefix of error codes. */
  readonly category: string;
  readonly initialState: S;
  decide(this: void, command: C, state: S): E[];
  evolve(this: void, state: S, event: RecordedEvent<E>): S;
}
