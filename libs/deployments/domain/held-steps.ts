import { begin } from './begin';
import type { NoteChildCommand, ReportChildCommand, WakeStepCommand } from './deployment.commands';
import { attemptOf, type KnownDeployment, outOf, type WaitingForChild } from './deployment';
import type { AttemptRef, DeploymentEvent } from './deployment.events';
import { over } from './attempts';
import { andOn, attemptOver } from './flow';
import type { Surroundings } from './frozen';

/** A timer says that something a step waits for may be over: its delay, the wait before its next try, the time that a person or another deployment had. */
export function wake({ data, meta }: WakeStepCommand, state: KnownDeployment): DeploymentEvent[] {
  const on = { meta, frozen: data.frozen };
  const passed = (time: string | undefined): boolean => time !== undefined && Date.parse(meta.now) >= Date.parse(time);
  if (state.status === 'awaiting-intervention') {
    const { interruption } = state;
    return interruption.step === data.step && passed(interruption.deadline) ? timedOut(state, interruption, on) : [];
  }
  const out = state.status === 'executing' ? state.out.find((one) => one.step === data.step) : undefined;
  switch (out?.kind) {
    case 'delay':
      return passed(out.until) ? attemptOver(state, { type: 'StepSucceeded', data: { ...attemptOf(state, out), outputs: {} } }, on) : [];
    case 'retry':
      return passed(out.at) ? tryAgain(state, out, on) : [];
    case 'child':
      return passed(out.deadline) ? timedOut(state, out, on) : [];
    case 'attempt':
    case undefined:
      return [];
  }
}

function timedOut(state: KnownDeployment, ref: AttemptRef, on: Surroundings): DeploymentEvent[] {
  const cause = { code: 'step.timed-out', message: 'its time was over before it was done' };
  return attemptOver(state, { type: 'StepTimedOut', data: { ...attemptOf(state, ref), cause } }, on);
}

function tryAgain(state: KnownDeployment, { step, attempt }: { step: string; attempt: number }, on: Surroundings): DeploymentEvent[] {
  const planned = state.plan.find((one) => one.name === step);
  if (!planned) return [];
  return andOn(state, begin(state, { planned, attempt, token: state.lastToken + 1 }, on), on);
}

function waiting(state: KnownDeployment, token: number): WaitingForChild | undefined {
  return outOf(state).find((one): one is WaitingForChild => one.kind === 'child' && one.token === token);
}

/** The deployment that the step waits for was scheduled. */
export function noteChild({ data }: NoteChildCommand, state: KnownDeployment): DeploymentEvent[] {
  const out = waiting(state, data.token);
  if (!out || state.children.some((one) => one.token === data.token)) return [];
  return [{ type: 'ChildDeploymentScheduled', data: { ...attemptOf(state, out), child: data.child } }];
}

/** The deployment that the step waited for has ended. */
export function reportChild({ data, meta }: ReportChildCommand, state: KnownDeployment): DeploymentEvent[] {
  const out = waiting(state, data.token);
  if (!out) return [];
  const { child, outcome, frozen } = data;
  const outputs = { Deployment: child.deployment, Release: child.version };
  if (outcome === 'succeeded') return over(state, { type: 'StepSucceeded', data: { ...attemptOf(state, out), outputs } }, { meta, frozen });
  const why = data.cause === undefined ? '' : `: ${data.cause.message}`;
  const cause = {
    code: `child.${outcome}`,
    message: `deployment ${child.deployment} of ${child.project} ${child.version} ended ${outcome}${why}`,
  };
  return over(state, { type: 'StepFailed', data: { ...attemptOf(state, out), cause, outputs } }, { meta, frozen });
}
