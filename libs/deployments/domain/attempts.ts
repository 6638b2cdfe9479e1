import type { AttemptOutcome } from '@slipway/kernel';
import type {
  ClaimAttemptCommand,
  FailAttemptCommand,
  LoseAttemptCommand,
  RedispatchAttemptCommand,
  ReportAttemptCommand,
} from './deployment.commands';
import { type Cancelling, type CurrentAttempt, type Executing, type KnownDeployment, refOf, wordKey } from './deployment';
import type { AttemptRef, Cause, DeploymentEvent, StepDispatched } from './deployment.events';
import { cancelled, failAfter, nextStep } from './flow';

type Running = Executing | Cancelling;

/** The attempt that is out, if it is the one meant: same step, same try, same token. */
function meant(state: KnownDeployment, ref: AttemptRef): CurrentAttempt | undefined {
  if (state.status !== 'executing' && state.status !== 'cancelling') return undefined;
  const { current } = state;
  return current && current.token === ref.token && current.step === ref.step && current.attempt === ref.attempt ? current : undefined;
}

/** The first claim of a token is accepted; any other changes nothing. What to answer is read off the state afterwards (`claimAnswer`). */
export function claim({ data }: ClaimAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  const current = meant(state, data);
  if (!current || current.worker || state.status !== 'executing') return [];
  const { step, attempt, token, worker } = data;
  return [{ type: 'StepStarted', data: { ...refOf(state), step, attempt, token, worker } }];
}

/** The holder is granted again however often it asks, or told to end while cancelling; anybody else is dropped. */
export function claimAnswer(state: KnownDeployment, claimed: AttemptRef & { worker: string }): 'granted' | 'dropped' | 'cancel' {
  if (meant(state, claimed)?.worker !== claimed.worker) return 'dropped';
  return state.status === 'cancelling' ? 'cancel' : 'granted';
}

/** How an attempt ended, in the worker's words, and in the same decision what follows. */
export function report(command: ReportAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  const { data } = command;
  const current = meant(state, data);
  const { outcome, worker } = data;
  if (!current || (current.worker !== undefined && current.worker !== worker)) return late(command, state);
  const running = state as Running;
  if (outcome.kind === 'returned' && running.status === 'executing') return [dispatchAgain(running, data, 'returned')];
  const ended = stepEvent(running, data, outcome);
  if (running.status === 'cancelling') {
    return [ended.event, ...cancelled(running, data.step, outcome.kind !== 'lost')];
  }
  if (!ended.cause) return [ended.event, ...nextStep({ ...running, done: [...running.done, data.step] })];
  return [ended.event, ...failAfter(running, data.step, ended.cause)];
}

function stepEvent(state: Running, data: AttemptRef, outcome: AttemptOutcome): { event: DeploymentEvent; cause?: Cause } {
  const { step, attempt, token } = data;
  const at = { ...refOf(state), step, attempt, token };
  switch (outcome.kind) {
    case 'succeeded':
      return { event: { type: 'StepSucceeded', data: { ...at, ...exit(outcome), outputs: outcome.outputs, log: outcome.log } } };
    case 'failed': {
      const cause = { code: 'step.failed', message: outcome.error };
      return { event: { type: 'StepFailed', data: { ...at, cause, ...exit(outcome), outputs: outcome.outputs, log: outcome.log } }, cause };
    }
    case 'timed-out': {
      const cause = { code: 'step.timed-out', message: outcome.error };
      return { event: { type: 'StepTimedOut', data: { ...at, cause, log: outcome.log } }, cause };
    }
    case 'cancelled': {
      const cause = { code: 'step.cancelled', message: 'ended by its worker, as asked' };
      return { event: { type: 'StepFailed', data: { ...at, cause, outputs: {}, log: outcome.log } }, cause };
    }
    case 'lost': {
      const cause = { code: 'step.lost', message: outcome.error };
      return { event: { type: 'StepLost', data: { ...at, cause } }, cause };
    }
    case 'returned': {
      const cause = { code: 'step.cancelled', message: 'handed back unstarted' };
      return { event: { type: 'StepFailed', data: { ...at, cause, outputs: {} } }, cause };
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
  const { step, attempt, token, worker, outcome } = data;
  if (outcome.kind === 'returned' || outcome.kind === 'cancelled') return [];
  if (state.status === 'scheduled' || state.status === 'queued' || token > state.lastToken) return [];
  if (state.heard.includes(wordKey(token, outcome.kind))) return [];
  return [{ type: 'LateProgressRecorded', data: { ...refOf(state), step, attempt, token, worker, kind: outcome.kind } }];
}

export function lose({ data }: LoseAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  return endWithout(data, state, meant(state, data)?.worker !== undefined, 'StepLost');
}

export function fail({ data }: FailAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  const current = meant(state, data);
  return endWithout(data, state, current !== undefined && current.worker === undefined, 'StepFailed');
}

/** The attempt ends without a word of a worker. */
function endWithout(
  data: AttemptRef & { cause: Cause },
  state: KnownDeployment,
  applies: boolean,
  type: 'StepLost' | 'StepFailed',
): DeploymentEvent[] {
  if (!applies) return [];
  const { step, attempt, token, cause } = data;
  const at = { ...refOf(state), step, attempt, token, cause };
  const ended: DeploymentEvent = type === 'StepLost' ? { type, data: at } : { type, data: { ...at, outputs: {} } };
  if (state.status === 'cancelling') {
    return [ended, ...cancelled(state, step, false)];
  }
  return [ended, ...failAfter(state, step, cause)];
}

export function redispatch({ data }: RedispatchAttemptCommand, state: KnownDeployment): DeploymentEvent[] {
  const current = meant(state, data);
  return current && !current.worker && state.status === 'executing' ? [dispatchAgain(state, data, 'unclaimed')] : [];
}

/** The same try under a new token: a worker that still holds the old one can change nothing. */
function dispatchAgain(state: Executing, { step, attempt }: AttemptRef, because: 'returned' | 'unclaimed'): StepDispatched {
  const pool = state.plan.find((one) => one.name === step)?.pool ?? '';
  return { type: 'StepDispatched', data: { ...refOf(state), step, attempt, token: state.lastToken + 1, pool, because } };
}
