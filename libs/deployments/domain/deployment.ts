import type { RecordedEvent } from '@slipway/kernel';
import type { AttemptRef, DeploymentEvent, DeploymentRef, PlannedStep } from './deployment.events';

/** The attempt that is out: offered (no worker) or granted to one. */
export interface CurrentAttempt extends AttemptRef {
  readonly worker?: string;
}

interface Known extends DeploymentRef {
  readonly at: string;
  readonly expiresAt?: string;
  readonly priority: boolean;
  readonly variablesSnapshot: number;
  readonly plan: readonly PlannedStep[];
  /** Steps that came to an end, whichever. */
  readonly done: readonly string[];
  /** Outputs of steps that succeeded or failed, by step. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The newest token given. */
  readonly lastToken: number;
  /** Of the request that scheduled it: everything that follows belongs to it. */
  readonly correlationId: string;
  /** The newest event: the cause of whatever comes next without anybody asking for it. */
  readonly lastEvent: string;
  /** Words of workers that are recorded already, in time or late, as `<token>/<kind>`: said again, they are repeats. */
  readonly heard: readonly string[];
}

export type EndedStatus = 'succeeded' | 'failed' | 'cancelled' | 'expired' | 'refused';

/** The state table of domain.md §6: no state is a flag. */
export type DeploymentState =
  | { readonly status: 'none' }
  | (Known & { readonly status: 'scheduled' })
  | (Known & { readonly status: 'queued' })
  | (Known & { readonly status: 'executing'; readonly current?: CurrentAttempt })
  | (Known & {
      readonly status: 'cancelling';
      readonly current: CurrentAttempt;
      readonly deadline: string;
      readonly by: string;
      readonly reason?: string;
    })
  | (Known & { readonly status: EndedStatus });

export type KnownDeployment = Exclude<DeploymentState, { status: 'none' }>;
export type Executing = Extract<DeploymentState, { status: 'executing' }>;
export type Cancelling = Extract<DeploymentState, { status: 'cancelling' }>;

export const initialDeployment: DeploymentState = { status: 'none' };

export function deploymentStream(deployment: string): string {
  return `deployment-${deployment}`;
}

export function isEnded(state: KnownDeployment): boolean {
  return !['scheduled', 'queued', 'executing', 'cancelling'].includes(state.status);
}

/** What stays the same whatever the state: the fields of one state only are left behind. */
function known(state: KnownDeployment): Known {
  const {
    status: _,
    current: _current,
    deadline: _deadline,
    by: _by,
    reason: _reason,
    ...rest
  } = state as KnownDeployment & Partial<Cancelling>;
  return rest;
}

export function evolveDeployment(state: DeploymentState, event: RecordedEvent<DeploymentEvent>): DeploymentState {
  const next = evolved(state, event);
  return next.status === 'none' ? next : { ...next, lastEvent: event.id };
}

function evolved(state: DeploymentState, event: RecordedEvent<DeploymentEvent>): DeploymentState {
  if (event.type === 'DeploymentOpened') {
    const { data, metadata } = event;
    return {
      ...data,
      status: 'scheduled',
      done: [],
      outputs: {},
      lastToken: 0,
      correlationId: metadata.correlationId,
      lastEvent: event.id,
      heard: [],
    };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'DeploymentQueued':
      return { ...known(state), status: 'queued' };
    case 'DeploymentStarted':
      return { ...known(state), status: 'executing' };
    case 'StepDispatched': {
      const { step, attempt, token } = event.data;
      return { ...known(state), status: 'executing', lastToken: token, current: { step, attempt, token } };
    }
    case 'StepStarted': {
      const { step, attempt, token, worker } = event.data;
      return { ...known(state), status: 'executing', current: { step, attempt, token, worker } };
    }
    case 'StepSucceeded':
      return stepEnded(withOutputs(hearing(state, event.data.token, 'succeeded'), event.data), event.data.step);
    case 'StepFailed':
      return stepEnded(withOutputs(hearing(state, event.data.token, 'failed'), event.data), event.data.step);
    case 'StepTimedOut':
      return stepEnded(hearing(state, event.data.token, 'timed-out'), event.data.step);
    case 'StepLost':
      return stepEnded(hearing(state, event.data.token, 'lost'), event.data.step);
    case 'StepSkipped':
      return stepEnded(state, event.data.step);
    case 'LateProgressRecorded':
      return hearing(state, event.data.token, event.data.kind);
    case 'DeploymentCancelRequested': {
      const { step, attempt, token, deadline, reason } = event.data;
      const worker = state.status === 'executing' ? state.current?.worker : undefined;
      const current = { step, attempt, token, ...(worker === undefined ? {} : { worker }) };
      return {
        ...known(state),
        status: 'cancelling',
        current,
        deadline,
        by: event.metadata.actor,
        ...(reason === undefined ? {} : { reason }),
      };
    }
    case 'DeploymentSucceeded':
      return { ...known(state), status: 'succeeded' };
    case 'DeploymentFailed':
      return { ...known(state), status: 'failed' };
    case 'DeploymentCancelled':
      return { ...known(state), status: 'cancelled' };
    case 'DeploymentExpired':
      return { ...known(state), status: 'expired' };
    case 'DeploymentRefused':
      return { ...known(state), status: 'refused' };
    default:
      return event satisfies never;
  }
}

function stepEnded(state: KnownDeployment, step: string): DeploymentState {
  const done = [...state.done, step];
  if (state.status === 'executing' && state.current?.step === step) return { ...known(state), status: 'executing', done };
  return { ...state, done };
}

function hearing(state: KnownDeployment, token: number, kind: string): KnownDeployment {
  return { ...state, heard: [...state.heard, wordKey(token, kind)] };
}

function withOutputs(state: KnownDeployment, { step, outputs }: { step: string; outputs: Known['outputs'][string] }): KnownDeployment {
  return { ...state, outputs: { ...state.outputs, [step]: outputs } };
}

export function wordKey(token: number, kind: string): string {
  return `${token}/${kind}`;
}

export function refOf(state: KnownDeployment): DeploymentRef {
  const { deployment, project, release, environment } = state;
  return { deployment, project, release, environment };
}
