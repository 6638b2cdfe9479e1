import { Injectable } from '@nestjs/common';
import { type Handled } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsSlug, SlipwayCommand } from '@slipway/platform';
import { type EventReplayState, eventReplayStream } from '../domain/event-replay';
import { type EventReplayCommand, eventReplayDecider } from '../domain/event-replay.decider';
import type { EventReplayEvent } from '../domain/event-replay.events';
import { eventReplayResource } from '../queries/event-replay-resource';

/** What ends a replay of events, one way or the other. */
@Injectable()
abstract class EndOfReplayHandler<M extends CommandMessage & { replay: string }> extends DecisionHandler<
  M,
  EventReplayCommand,
  EventReplayState,
  EventReplayEvent
> {
  protected readonly decider = eventReplayDecider;
  protected readonly mode = 'existing';

  protected stream({ replay }: M): string {
    return eventReplayStream(replay);
  }

  protected answer({ state }: Handled<EventReplayState, EventReplayEvent>): object {
    return eventReplayResource(state);
  }
}

/** The rest is not wanted; what was published stays where it is. One that has ended stays as it is. */
@SlipwayCommand('public')
export class CancelEventReplay extends CommandMessage {
  @IsSlug() replay!: string;
}

@Handles(CancelEventReplay)
export class CancelEventReplayHandler extends EndOfReplayHandler<CancelEventReplay> {
  protected command({ meta }: CancelEventReplay): EventReplayCommand {
    return { type: 'CancelEventReplay', data: {}, meta };
  }
}

/** Sent when all of it is in its topic. */
@SlipwayCommand('internal')
export class FinishEventReplay extends CommandMessage {
  replay!: string;
}

@Handles(FinishEventReplay)
export class FinishEventReplayHandler extends EndOfReplayHandler<FinishEventReplay> {
  protected command({ meta }: FinishEventReplay): EventReplayCommand {
    return { type: 'FinishEventReplay', data: {}, meta };
  }
}
