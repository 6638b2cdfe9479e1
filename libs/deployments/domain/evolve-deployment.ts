import type { RecordedEvent } from '@slipway/kernel';
import {
  type AwaitingIntervention,
  type Cancelling,
  type DeploymentState,
  type Known,
  type KnownDeployment,
  type Out,
  outOf,
  type WaitingToRetry,
  wordKey,
} from './deployment';
import type { AttemptEnded, Cause, DeploymentEvent } from './deployment.events';
import { type AttemptFailed, afterFailure } from './failure';

/** What stays the same whatever the state: the fields of one state only are left behind. */
function known(state: KnownDeployment): Known {
  const {
    status: _,
    out: _out,
    interruption: _interruption,
    deadline: _deadline,
    by: _by,
    reason: _reason,
    unanswered: _unanswered,
    ...rest
  } = state as KnownDeployment & Partial<Omit<Cancelling & AwaitingIntervention, 'status'>>;
  return rest;
}

export function evolveDeployment(state: DeploymentState, event: RecordedEvent<DeploymentEvent>): DeploymentState {
  if (event.type === 'DeploymentOpened') {
    const { data, metadata } = event;
    return {
      ...data,
      status: 'scheduled',
      done: [],
      outputs: {},
      failures: [],
      warned: false,
      children: [],
      asked: [],
      lastToken: 0,
      correlationId: metadata.correlationId,
      ...(metadata.traceparent === undefined ? {} : { traceparent: metadata.traceparent }),
      lastEvent: event.id,
      lastOf: {},
      heard: [],
    };
  }
  if (state.status === 'none') return state;
  const about = stepsOf(event).map((step): [string, string] => [step, event.id]);
  const queued = event.type === 'DeploymentQueued' ? { queuedAt: event.metadata.at } : {};
  return { ...applied(state, event), ...queued, lastEvent: event.id, lastOf: { ...state.lastOf, ...Object.fromEntries<string>(about) } };
}

/** Which steps an event is about. */
function stepsOf(event: DeploymentEvent): string[] {
  if (event.type === 'CancelRequested') return event.data.attempts.map((one) => one.step);
  return 'step' in event.data ? [event.data.step] : [];
}

/** What an event makes of a known deployment; it need not be recorded yet, so that a decision can look at what it just decided. */
export function applied(state: KnownDeployment, event: DeploymentEvent): KnownDeployment {
  switch (event.type) {
    case 'DeploymentOpened':
      return state;
    case 'DeploymentQueued':
      return { ...known(state), status: 'queued' };
    case 'DeploymentStarted':
      return { ...known(state), status: 'executing', out: [] };
    case 'StepDispatched': {
      const { step, attempt, token } = event.data;
      return begun(state, { kind: 'attempt', step, attempt, token });
    }
    case 'StepStarted': {
      const { step, attempt, token, worker } = event.data;
      return begun(state, { kind: 'attempt', step, attempt, token, worker });
    }
    case 'StepDelayed': {
      const { step, attempt, token, until } = event.data;
      return begun(state, { kind: 'delay', step, attempt, token, until });
    }
    case 'ChildDeploymentRequested': {
      const { step, attempt, token, deadline } = event.data;
      return begun(state, { kind: 'child', step, attempt, token, ...(deadline === undefined ? {} : { deadline }) });
    }
    case 'ChildDeploymentScheduled': {
      const { step, token, child } = event.data;
      return { ...state, children: [...state.children, { step, token, deployment: child.deployment }] };
    }
    case 'StepRetryPlanned': {
      const { step, attempt, at } = event.data;
      return withOut(state, [...without(state, step), { kind: 'retry', step, attempt, at }]);
    }
    case 'StepSucceeded':
      return stepDone(withOutputs(ended(state, event), event.data), event.data.step);
    case 'StepFailed':
      return failed(withOutputs(ended(state, event), event.data), event);
    case 'StepTimedOut':
    case 'StepLost':
      return failed(ended(state, event), event);
    case 'StepSkipped':
      return stepDone(withOut(state, without(state, event.data.step)), event.data.step);
    case 'InterruptionRaised': {
      const { interruption: id, step, attempt, token, kind, answers, deadline } = event.data;
      const interruption = { id, step, attempt, token, kind, answers, ...(deadline === undefined ? {} : { deadline }) };
      const lastToken = Math.max(state.lastToken, token);
      return { ...known(state), status: 'awaiting-intervention', interruption, asked: [...state.asked, id], lastToken };
    }
    case 'InterruptionTaken': {
      if (state.status !== 'awaiting-intervention') return state;
      return { ...state, interruption: { ...state.interruption, takenBy: event.data.by } };
    }
    case 'InterruptionResolved':
      return resolved(state, event.data);
    case 'LateProgressRecorded':
      return hearing(state, event.data.token, event.data.kind);
    case 'CancelRequested': {
      const { attempts, deadline, by, reason } = event.data;
      const tokens = new Set(attempts.map((one) => one.token));
      const out = outOf(state).filter((one) => one.kind !== 'retry' && tokens.has(one.token));
      return { ...known(state), status: 'cancelling', out, deadline, by, unanswered: false, ...(reason === undefined ? {} : { reason }) };
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

function without(state: KnownDeployment, step: string): Out[] {
  return outOf(state).filter((one) => one.step !== step);
}

function withOut(state: KnownDeployment, out: readonly Out[]): KnownDeployment {
  return state.status === 'cancelling' ? { ...state, out } : { ...known(state), status: 'executing', out };
}

function begun(state: KnownDeployment, out: Exclude<Out, WaitingToRetry>): KnownDeployment {
  return { ...withOut(state, [...without(state, out.step), out]), lastToken: Math.max(state.lastToken, out.token) };
}

function ended(state: KnownDeployment, { type, data }: AttemptEnded): KnownDeployment {
  const kinds = { StepSucceeded: 'succeeded', StepFailed: 'failed', StepTimedOut: 'timed-out', StepLost: 'lost' };
  return hearing(
    { ...withOut(state, without(state, data.step)), lastToken: Math.max(state.lastToken, data.token) },
    data.token,
    kinds[type],
  );
}

/** A try failed: the next one follows, a person is to be asked, or the failure stands. */
function failed(state: KnownDeployment, event: AttemptFailed): KnownDeployment {
  const { step, attempt, token, cause } = event.data;
  if (state.status === 'cancelling') return stepDone({ ...state, unanswered: state.unanswered || event.type === 'StepLost' }, step);
  switch (afterFailure(state, event)) {
    case 'retry':
      return state;
    case 'ask':
      return { ...state, failures: [...state.failures, { step, attempt, token, cause }] };
    case 'stand':
      return stands(state, step, cause);
  }
}

function stands(state: KnownDeployment, step: string, cause: Cause): KnownDeployment {
  return stepDone({ ...state, error: state.error ?? { step, cause } }, step);
}

function resolved(state: KnownDeployment, { step, answer }: { step: string; answer: string }): KnownDeployment {
  const failure = state.failures.find((one) => one.step === step);
  const next: KnownDeployment = {
    ...known(state),
    status: 'executing',
    out: [],
    failures: state.failures.filter((one) => one.step !== step),
  };
  if (!failure || answer === 'retry') return next;
  return answer === 'ignore' ? stepDone({ ...next, warned: true }, step) : stands(next, step, failure.cause);
}

function stepDone(state: KnownDeployment, step: string): KnownDeployment {
  return { ...state, done: [...state.done, step] };
}

function hearing(state: KnownDeployment, token: number, kind: string): KnownDeployment {
  return { ...state, heard: [...state.heard, wordKey(token, kind)] };
}

function withOutputs(state: KnownDeployment, { step, outputs }: { step: string; outputs: Known['outputs'][string] }): KnownDeployment {
  return { ...state, outputs: { ...state.outputs, [step]: outputs } };
}
