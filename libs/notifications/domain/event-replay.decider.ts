import type { Command, Decider } from '@slipway/kernel';
import { type EventReplayState, evolveEventReplay, initialEventReplay } from './event-replay';
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
    // One that has ended publishes no more, which is all that its end is about.
    if (state.status !== 'running') return [];
    const { slug } = state.replay;
    switch (command.type) {
      case 'CancelEventReplay':
        return [{ type: 'EventReplayCancelled', data: { slug } }];
      case 'FinishEventReplay':
        return [{ type: 'EventReplayFinished', data: { slug } }];
      default:
        return command satisfies never;
    }
  },
};
