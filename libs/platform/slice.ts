import type { EventModule, Message, Projection, Reactor, RecordedEvent } from '@slipway/kernel';

/** What a slice adds to the processes besides its Nest module: lists, composed in `apps/`. */
export interface Slice {
  readonly events: readonly EventModule[];
  readonly projections?: readonly Projection[];
  readonly reactors?: readonly Reactor[];
}

/** An event to the messages that the relay sends for it. */
export type Relayed = (event: RecordedEvent) => Promise<readonly Message[]>;
