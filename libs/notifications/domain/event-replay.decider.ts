import type { Command, Decider } from '@slipway/kernel';
import { type EventReplayState, evolveEventReplay, initialEventReplay, replayEnded } from './event-replay';
import type { EventReplayEvent, EventReplayRequested } from './event-replay.events';

export interface ReplayEventsCommand extends Command {
  readonly type: 'ReplayEvents';
  readonly data: EventReplayRequested['data'];
}

export interface CancelEventReplayCommand extends Command {
  readonly type: 'CancelEventReplay';
  readonly data: object;
}

/** Sent by Slipway itself. */
export interface FinishEventReplayCommand extends Command {
  readonly type: 'FinishEventReplay';
  readonly data: object;
}

export type EventReplayCommand = ReplayEventsCommand | CancelEventReplayCommand | FinishEventReplayCommand;

export const eventReplayDecider: Decider<EventReplayCommand, EventReplayState, EventReplayEvent> = {
  category: 'event-replay',
  initialState: initialEventReplay,
  evolve: evolveEventReplay,
  decide(command, state) {
    if (command.type === 'ReplayEvents') return [{ type: 'EventReplayRequested', data: command.data }];
    if (state.status === 'none') return [];
    const { slug } = state.replay;
    switch (command.type) {
      case 'CancelEventReplay':
        if (state.status === 'finished') throw replayEnded(slug);
        return state.status === 'running' ? [{ type: 'EventReplayCancelled', data: { slug } }] : [];
      case 'FinishEventReplay':
        return state.status === 'running' ? [{ type: 'EventReplayFinished', data: { slug } }] : [];
      default:
        return command satisfies never;
    }
  },
};
