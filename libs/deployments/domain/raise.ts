import { type CommandMeta, derivedId } from '@slipway/kernel';
import { type Executing, refOf } from './deployment';
import type { AttemptRef, DeploymentEvent } from './deployment.events';

/** Time-ordered, and the same for the same decision. */
export function interruptionId({ step, attempt }: AttemptRef, { now, commandId }: CommandMeta): string {
  return derivedId(now, `${commandId}/${step}/${attempt}`);
}

/** Asks a person about the failure that comes first in the process: one at a time (domain.md §6). A required step cannot be ignored. */
export function raiseFailure(state: Executing, meta: CommandMeta): DeploymentEvent {
  const place = (step: string) => state.plan.findIndex((one) => one.name === step);
  const [failure] = state.failures.toSorted((a, b) => place(a.step) - place(b.step));
  if (!failure) throw new Error('no failure is open');
  const { step, attempt, token, cause } = failure;
  const required = state.plan.find((one) => one.name === step)?.required === true;
  return {
    type: 'InterruptionRaised',
    data: {
      ...refOf(state),
      step,
      attempt,
      token,
      interruption: interruptionId(failure, meta),
      kind: 'guided-failure',
      answers: required ? ['retry', 'fail'] : ['retry', 'ignore', 'fail'],
      cause,
    },
  };
}
