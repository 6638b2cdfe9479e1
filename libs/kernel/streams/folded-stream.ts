import type { DomainEvent, RecordedEvent } from '../event';

/** A stream folded up to a version, and what is needed to append to it. */
export interface FoldedStream<S> {
  readonly state: S;
  /** Last version folded, -1 for a stream without events. */
  readonly version: number;
  /** Position of the last event folded, BEGINNING without events. */
  readonly position: bigint;
  /** Hash of the last event folded: the next one is chained to it. */
  readonly hash: string;
  /** The newest commands and the last version that each wrote, oldest first; at most REMEMBERED_COMMANDS. */
  readonly commands: ReadonlyMap<string, number>;
}

/** Repeats usually come soon; an older one is found by reading the stream (Streams.answered) or absorbed by its decider. */
export const REMEMBERED_COMMANDS = 128;

export function foldEvents<S, E extends DomainEvent>(
  start: FoldedStream<S>,
  events: readonly RecordedEvent<E>[],
  evolve: (state: S, event: RecordedEvent<E>) => S,
): FoldedStream<S> {
  const last = events.at(-1);
  if (!last) return start;
  let state = start.state;
  const commands = new Map(start.commands);
  for (const event of events) {
    state = evolve(state, event);
    commands.delete(event.metadata.commandId);
    commands.set(event.metadata.commandId, event.version);
  }
  for (const oldest of commands.keys()) {
    if (commands.size <= REMEMBERED_COMMANDS) break;
    commands.delete(oldest);
  }
  return { state, version: last.version, position: last.position, hash: last.metadata.hash ?? '', commands };
}
