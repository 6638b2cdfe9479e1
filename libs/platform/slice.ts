import type { Type } from '@nestjs/common';
import type { EventModule, Message, Projection, Reactor, RecordedEvent, Schema } from '@slipway/kernel';

/** What a slice adds to the processes, composed in `apps/composition`. */
export interface Slice {
  /** Its commands, queries and routes. */
  readonly module: Type<unknown>;
  readonly events: readonly EventModule[];
  readonly projections?: readonly Projection[];
  readonly reactors?: readonly Reactor[];
  /** Rows that come from no events, and that its queries read. */
  readonly rows?: readonly Schema[];
}

/** An event to the messages that the relay sends for it. */
export type Relayed = (event: RecordedEvent) => Promise<readonly Message[]>;
