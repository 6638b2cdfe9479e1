import type { RecordedEvent } from '@slipway/kernel';
import { type EventFilter, matchesFilter } from './event-filter';
import type { EventReplayEvent } from './event-replay.events';
import { lastReplayed } from './replay-range';

/** Events of the past that are published once more, in a topic of their own. */
export interface EventReplay {
  readonly slug: string;
  /** First and last position, decimal texts. */
  readonly from: string;
  readonly to: string;
  readonly stream?: string;
  readonly filter: EventFilter;
  readonly requestedBy: string;
  /** Times: RFC 3339 UTC. */
  readonly requestedAt: string;
  /** When it was finished or cancelled. */
  readonly endedAt?: string;
}

export type EventReplayState =
  { readonly status: 'none' } | { readonly status: 'running' | 'finished' | 'cancelled'; readonly replay: EventReplay };

export const initialEventReplay: EventReplayState = { status: 'none' };

const PREFIX = 'event-replay-';

export function eventReplayStream(slug: string): string {
  return `${PREFIX}${slug}`;
}

/** The slug of a replay whose stream is named so; undefined: it is no replay's. */
export function eventReplayOf(stream: string): string | undefined {
  return stream.startsWith(PREFIX) ? stream.slice(PREFIX.length) : undefined;
}

export function evolveEventReplay(state: EventReplayState, event: RecordedEvent<EventReplayEvent>): EventReplayState {
  const { actor, at } = event.metadata;
  if (event.type === 'EventReplayRequested') {
    const to = lastReplayed(event.data.to, event.position);
    return { status: 'running', replay: { ...event.data, to, requestedBy: actor, requestedAt: at } };
  }
  if (state.status !== 'running') return state;
  const replay = { ...state.replay, endedAt: at };
  switch (event.type) {
    case 'EventReplayFinished':
      return { status: 'finished', replay };
    case 'EventReplayCancelled':
      return { status: 'cancelled', replay };
    default:
      return event satisfies never;
  }
}

/** Whether an event of its range is part of it. */
export function isReplayed({ stream, filter }: EventReplay, event: RecordedEvent): boolean {
  return (stream === undefined || event.stream === stream) && matchesFilter(filter, event);
}

/** The replay of a stream that is under way. */
export function runningReplay(state: EventReplayState): EventReplay | undefined {
  return state.status === 'running' ? state.replay : undefined;
}
