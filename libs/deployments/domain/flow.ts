import type { Reason } from '@slipway/kernel';
import { type Cancelling, type KnownDeployment, refOf } from './deployment';
import type { Cause, DeploymentEvent } from './deployment.events';

/** What follows in a running deployment when nothing is out: the next attempt, with the skipped steps before it, or the end. */
export function nextStep(state: KnownDeployment): DeploymentEvent[] {
  const ref = refOf(state);
  const events: DeploymentEvent[] = [];
  for (const step of remaining(state)) {
    if (!step.skip) {
      const attempt = { step: step.name, attempt: 1, token: state.lastToken + 1 };
      return [...events, { type: 'StepDispatched', data: { ...ref, ...attempt, pool: step.pool } }];
    }
    events.push({ type: 'StepSkipped', data: { ...ref, step: step.name, reason: step.skip } });
  }
  return [...events, { type: 'DeploymentSucceeded', data: ref }];
}

/** After a failure the remaining steps are skipped and the deployment fails. */
export function failAfter(state: KnownDeployment, failed: string, cause: Cause): DeploymentEvent[] {
  const reason = { code: 'earlier-step-failed', message: `Step ${failed} did not succeed.`, facts: { step: failed }, events: [] };
  return [
    ...skipRemaining(state, failed, reason),
    { type: 'DeploymentFailed', data: { ...refOf(state), cause: { code: cause.code, message: `Step ${failed}: ${cause.message}` } } },
  ];
}

/** No further step runs once a started deployment is cancelled. */
export function cancelAfter(
  state: KnownDeployment,
  step: string,
  facts: { by: string; acknowledged: boolean; reason?: string },
): DeploymentEvent[] {
  const reason = { code: 'deployment-cancelled', message: 'The deployment was cancelled.', facts: {}, events: [] };
  return [...skipRemaining(state, step, reason), { type: 'DeploymentCancelled', data: { ...refOf(state), ...facts, started: true } }];
}

/** The end of a cancel that a worker was asked for. */
export function cancelled(state: Cancelling, step: string, acknowledged: boolean): DeploymentEvent[] {
  const { by, reason } = state;
  return cancelAfter(state, step, { by, ...(reason === undefined ? {} : { reason }), acknowledged });
}

function skipRemaining(state: KnownDeployment, except: string, reason: Reason): DeploymentEvent[] {
  return remaining(state)
    .filter((step) => step.name !== except)
    .map((step) => ({ type: 'StepSkipped', data: { ...refOf(state), step: step.name, reason: step.skip ?? reason } }));
}

function remaining(state: KnownDeployment) {
  return state.plan.filter((step) => !step.excluded && !state.done.includes(step.name));
}
