import type { AttemptOutcome } from '@slipway/kernel';
import { endedWhileCancelling } from './cancel';
import type {
  ClaimAttemptCommand,
  FailAttemptCommand,
  LoseAttemptCommand,
  RedispatchAttemptCommand,
  ReportAttemptCommand,
} from './deployment.commands';
import {
  attemptOf,
  type CurrentAttempt,
  type Executing,
  type KnownDeployment,
  outOf,
  refOf,
  type WaitingForChild,
  wordKey,
} from './deployment';
import type { AttemptEnded, AttemptRef, DeploymentEvent, StepDispatched } from './deployment.events';
import { attemptOver } from './flow';
import type { Surroundings } from './frozen';

/** What is out under this very token, if it is the one meant: same step, same try. */
function meant(state: KnownDeployment, ref: AttemptRef): CurrentAttempt | WaitingForChild | undefined {
  return outOf(state).find(
    (one): one is CurrentAttempt | WaitingForChild =>
      (one.kind === 'attempt' || one.kind === 'child') && one.token === ref.token && one.step === ref.step && one.attempt === ref.attempt,
  );
}

function offered(state: KnownDeployment, ref: AttemptRef): CurrentAttempt | undefined {
  const out = meant(state, ref);
  return out?.kind === 'attempt' ? out : undefined;
}

/** A try is over, whoever says so: while cancelling nothing follows but the end. */
export function over(state: KnownDeployment, event: AttemptEnded, on: Surroundings): DeploymentEvent[] {
  return state.status === 'cancelling' ? endedWhileCancelling(state, event) : attemptOver(state, event, on);
}

/** The first claim of a token is accepted; any other changes nothing. What to answer is read off the state afterwards (`claimAnswer`). */
export function claim({ data }: ClaimAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  const current = offered(state, data);
  if (!current || current.worker || state.status !== 'executing') return [];
  return [{ type: 'StepStarted', data: { ...attemptOf(state, data), worker: data.worker } }];
}

/** The holder is granted again however often it asks, or told to end while cancelling; anybody else is dropped. */
export function claimAnswer(state: KnownDeployment, claimed: AttemptRef & { worker: string }): 'granted' | 'dropped' | 'cancel' {
  if (offered(state, claimed)?.worker !== claimed.worker) return 'dropped';
  return state.status === 'cancelling' ? 'cancel' : 'granted';
}

/** How an attempt ended, in the worker's words, and in the same decision what follows. */
export function report(command: ReportAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  const { data, meta } = command;
  const current = offered(state, data);
  const { outcome, worker, frozen } = data;
  if (!current || (current.worker !== undefined && current.worker !== worker)) return late(command, state);
  if (outcome.kind === 'returned' && state.status === 'executing') return [dispatchAgain(state, data, 'returned')];
  return over(state, stepEvent(state, data, outcome), { meta, frozen });
}

function stepEvent(state: KnownDeployment, ref: AttemptRef, outcome: AttemptOutcome): AttemptEnded {
  const at = attemptOf(state, ref);
  switch (outcome.kind) {
    case 'succeeded':
      return { type: 'StepSucceeded', data: { ...at, ...exit(outcome), outputs: outcome.outputs, log: outcome.log } };
    case 'failed': {
      const cause = { code: 'step.failed', message: outcome.error };
      return { type: 'StepFailed', data: { ...at, cause, ...exit(outcome), outputs: outcome.outputs, log: outcome.log } };
    }
    case 'timed-out':
      return { type: 'StepTimedOut', data: { ...at, cause: { code: 'step.timed-out', message: outcome.error }, log: outcome.log } };
    case 'cancelled': {
      const cause = { code: 'step.cancelled', message: 'ended by its worker, as asked' };
      return { type: 'StepFailed', data: { ...at, cause, outputs: {}, log: outcome.log } };
    }
    case 'lost':
      return { type: 'StepLost', data: { ...at, cause: { code: 'step.lost', message: outcome.error } } };
    case 'returned': {
      const cause = { code: 'step.cancelled', message: 'handed back unstarted' };
      return { type: 'StepFailed', data: { ...at, cause, outputs: {} } };
    }
    default:
      return outcome satisfies never;
  }
}

function exit({ exitCode }: { exitCode?: number }): { exitCode?: number } {
  return exitCode === undefined ? {} : { exitCode };
}

/** Something really happened under a token that no longer counts: worth a record, once. A handed back or cancelled one is not, nor a word said again. */
function late({ data }: ReportAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  const { token, worker, outcome } = data;
  if (outcome.kind === 'returned' || outcome.kind === 'cancelled') return [];
  if (state.status === 'scheduled' || state.status === 'queued' || token > state.lastToken) return [];
  if (state.heard.includes(wordKey(token, outcome.kind))) return [];
  return [{ type: 'LateProgressRecorded', data: { ...attemptOf(state, data), worker, kind: outcome.kind } }];
}

/** The lease of a running attempt ran out: the worker's word is missing. */
export function lose({ data, meta }: LoseAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  if (offered(state, data)?.worker === undefined) return [];
  const { cause, frozen } = data;
  return over(state, { type: 'StepLost', data: { ...attemptOf(state, data), cause } }, { meta, frozen });
}

/** Its task, or the deployment that it waits for, cannot come to be. */
export function fail({ data, meta }: FailAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  const out = meant(state, data);
  if (!out || (out.kind === 'attempt' && out.worker !== undefined)) return [];
  const { cause, frozen } = data;
  return over(state, { type: 'StepFailed', data: { ...attemptOf(state, data), cause, outputs: {} } }, { meta, frozen });
}

export function redispatch({ data }: RedispatchAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  const current = offered(state, data);
  return current && !current.worker && state.status === 'executing' ? [dispatchAgain(state, data, 'unclaimed')] : [];
}

/** The same try under a new token: a worker that still holds the old one can change nothing. */
function dispatchAgain(state: Executing, { step, attempt }: AttemptRef, because: 'returned' | 'unclaimed'): StepDispatched {
  const pool = state.plan.find((one) => one.name === step)?.pool ?? '';
  return { type: 'StepDispatched', data: { ...refOf(state), step, attempt, token: state.lastToken + 1, pool, because } };
}
