import { replayTopic } from '@slipway/kernel';
import type { EventReplay, EventReplayState } from '../domain/event-replay';

/** A replay of events as everybody may see it. */
export interface EventReplayResource extends EventReplay {
  readonly topic: string;
  readonly state: 'running' | 'finished' | 'cancelled';
  /** How far it has come: everything up to here is in the topic. Of one that runs, once it has begun. */
  readonly position?: string;
}

/** `reached`: where it stands in the log. */
export function eventReplayResource(state: EventReplayState, reached?: bigint): EventReplayResource {
  if (state.status === 'none') throw new Error('this stream holds no replay');
  const { replay, status } = state;
  const far = status === 'running' && reached !== undefined ? { position: reached.toString() } : {};
  return { ...replay, topic: replayTopic(replay.slug), state: status, ...far };
}
