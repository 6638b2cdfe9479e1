import { type Command, type Decider, DomainError, type DomainEvent, type EventEntries, type RecordedEvent } from '@slipway/kernel';
import { GrowingSet } from './growing-set';

/** One active deployment per project and environment: the others wait here, in order (decision 6). */
interface LaneRef {
  readonly lane: string;
  readonly deployment: string;
}

export interface LaneEntered extends DomainEvent {
  readonly type: 'LaneEntered';
  /** `supersedes`: those that wait there already and give way to it. */
  readonly data: LaneRef & { priority: boolean; supersedes: readonly string[] };
}

/** It waits in front of all others now; `move` counts the moves of the lane. */
export interface MovedToFront extends DomainEvent {
  readonly type: 'MovedToFront';
  readonly data: LaneRef & { move: number };
}

/** The one token of the lane; `grant` counts its grants and fences earlier holders. */
export interface LaneGranted extends DomainEvent {
  readonly type: 'LaneGranted';
  readonly data: LaneRef & { grant: number };
}

export interface LaneLeft extends DomainEvent {
  readonly type: 'LaneLeft';
  readonly data: LaneRef;
}

export type LaneEvent = LaneEntered | MovedToFront | LaneGranted | LaneLeft;

const sample = { lane: 'shop@staging', deployment: '019b8d2e-0000-7000-8000-000000000001' };

const NOTHING_SUPERSEDED = { supersedes: [] };

export const laneEvents: { entries: EventEntries<LaneEvent> } = {
  entries: {
    LaneEntered: {
      // Version 0.1.0 knew of no superseding.
      complete: (stored) => ({ ...NOTHING_SUPERSEDED, ...stored }),
      sample: { ...sample, priority: false, supersedes: ['019b8d2e-0000-7000-8000-000000000002'] },
    },
    MovedToFront: { sample: { ...sample, move: 1 } },
    LaneGranted: { sample: { ...sample, grant: 1 } },
    LaneLeft: { sample },
  },
};

export interface LaneState {
  readonly holder?: string;
  readonly grants: number;
  readonly moves: number;
  /** Waiting, the next one first: those moved to the front, the last move first; those with priority; the others, each in order of arrival. */
  readonly queue: readonly { readonly deployment: string; readonly priority: boolean }[];
  /** Who left cannot enter again, however late a redelivery comes. */
  readonly left: GrowingSet;
}

export interface EnterLaneCommand extends Command {
  readonly type: 'EnterLane';
  /** `supersede`: those that wait give way to it. */
  readonly data: LaneRef & { readonly priority: boolean; readonly supersede: boolean };
}

export interface PrioritizeDeploymentCommand extends Command {
  readonly type: 'PrioritizeDeployment';
  readonly data: LaneRef;
}

export interface LeaveLaneCommand extends Command {
  readonly type: 'LeaveLane';
  readonly data: LaneRef;
}

export type LaneCommand = EnterLaneCommand | PrioritizeDeploymentCommand | LeaveLaneCommand;

export function laneName(project: string, environment: string): string {
  return `${project}@${environment}`;
}

export function laneStream(lane: string): string {
  return `lane-${lane}`;
}

function enter({ data }: EnterLaneCommand, state: LaneState): LaneEvent[] {
  const { lane, deployment, priority, supersede } = data;
  if (state.holder === deployment || state.left.has(deployment) || state.queue.some((one) => one.deployment === deployment)) return [];
  const supersedes = supersede ? state.queue.map((one) => one.deployment) : [];
  const entered: LaneEvent = { type: 'LaneEntered', data: { lane, deployment, priority, supersedes } };
  return state.holder === undefined ? [entered, { type: 'LaneGranted', data: { lane, deployment, grant: state.grants + 1 } }] : [entered];
}

function prioritize({ data: { lane, deployment } }: PrioritizeDeploymentCommand, state: LaneState): LaneEvent[] {
  const place = state.queue.findIndex((one) => one.deployment === deployment);
  if (place < 0) {
    const message = `Deployment ${deployment} does not wait in a lane: only one that is queued can be moved to the front.`;
    throw new DomainError('conflict', 'deployment.not-queued', message, { deployment, lane });
  }
  return place === 0 ? [] : [{ type: 'MovedToFront', data: { lane, deployment, move: state.moves + 1 } }];
}

function leave({ data }: LeaveLaneCommand, state: LaneState): LaneEvent[] {
  const { lane, deployment } = data;
  const inside = state.holder === deployment || state.queue.some((one) => one.deployment === deployment);
  if (!inside) return [];
  const next = state.holder === deployment ? state.queue[0] : undefined;
  const left: LaneEvent = { type: 'LaneLeft', data: { lane, deployment } };
  return next ? [left, { type: 'LaneGranted', data: { lane, deployment: next.deployment, grant: state.grants + 1 } }] : [left];
}

function evolve(state: LaneState, event: RecordedEvent<LaneEvent>): LaneState {
  const { deployment } = event.data;
  const others = state.queue.filter((one) => one.deployment !== deployment);
  switch (event.type) {
    case 'LaneEntered': {
      const { priority } = event.data;
      const before = priority ? others.filter((one) => one.priority) : others;
      return { ...state, queue: [...before, { deployment, priority }, ...others.slice(before.length)] };
    }
    case 'MovedToFront':
      return { ...state, moves: event.data.move, queue: [{ deployment, priority: true }, ...others] };
    case 'LaneGranted':
      return { ...state, holder: deployment, grants: event.data.grant, queue: others };
    case 'LaneLeft': {
      const { holder, ...rest } = state;
      return {
        ...rest,
        ...(holder === undefined || holder === deployment ? {} : { holder }),
        queue: others,
        left: state.left.with(deployment),
      };
    }
    default:
      return event satisfies never;
  }
}

export const laneDecider: Decider<LaneCommand, LaneState, LaneEvent> = {
  category: 'lane',
  initialState: { grants: 0, moves: 0, queue: [], left: GrowingSet.empty },
  evolve,
  decide(command, state) {
    switch (command.type) {
      case 'EnterLane':
        return enter(command, state);
      case 'PrioritizeDeployment':
        return prioritize(command, state);
      case 'LeaveLane':
        return leave(command, state);
      default:
        return command satisfies never;
    }
  },
};
