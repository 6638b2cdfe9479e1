import type { Handled } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, SlipwayCommand } from '@slipway/platform';
import {
  type EnterLaneCommand,
  type LaneCommand,
  laneDecider,
  type LaneEvent,
  type LaneState,
  laneStream,
  type LeaveLaneCommand,
} from '../domain/lane';

@SlipwayCommand('internal')
export class EnterLane extends CommandMessage {
  lane!: string;
  deployment!: string;
  priority!: boolean;
  supersede!: boolean;
}

@SlipwayCommand('internal')
export class LeaveLane extends CommandMessage {
  lane!: string;
  deployment!: string;
}

abstract class LaneHandler<M extends CommandMessage & { lane: string }> extends DecisionHandler<M, LaneCommand, LaneState, LaneEvent> {
  protected readonly decider = laneDecider;
  protected readonly mode = 'any';

  protected stream({ lane }: M): string {
    return laneStream(lane);
  }

  protected answer({ state }: Handled<LaneState, LaneEvent>): unknown {
    return state;
  }
}

@Handles(EnterLane)
export class EnterLaneHandler extends LaneHandler<EnterLane> {
  protected command({ lane, deployment, priority, supersede, meta }: EnterLane): EnterLaneCommand {
    return { type: 'EnterLane', data: { lane, deployment, priority, supersede }, meta };
  }
}

@Handles(LeaveLane)
export class LeaveLaneHandler extends LaneHandler<LeaveLane> {
  protected command({ lane, deployment, meta }: LeaveLane): LeaveLaneCommand {
    return { type: 'LeaveLane', data: { lane, deployment }, meta };
  }
}
