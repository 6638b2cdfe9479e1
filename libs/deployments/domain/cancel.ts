import { DomainError, type Reason, timeAfter } from '@slipway/kernel';
import type { CancelDeploymentCommand, ExpireCancelCommand, SupersedeDeploymentCommand } from './deployment.commands';
import { type Cancelling, type KnownDeployment, type Out, outOf, refOf } from './deployment';
import type { AttemptEnded, AttemptRef, DeploymentCancelled, DeploymentEvent } from './deployment.events';
import { applied } from './evolve-deployment';

/** Ends at once where nobody runs anything of it; else whoever does is asked, and the deadline bounds the wait. */
export function cancel({ data, meta }: CancelDeploymentCommand, state: KnownDeployment): DeploymentEvent[] {
  const said = { by: meta.actor, ...(data.reason === undefined ? {} : { reason: data.reason }) };
  switch (state.status) {
    case 'cancelling':
    case 'cancelled':
      return [];
    case 'scheduled':
    case 'queued':
      return [{ type: 'DeploymentCancelled', data: { ...refOf(state), ...said, started: false, acknowledged: true } }];
    case 'awaiting-intervention':
    case 'executing': {
      const attempts = outOf(state).flatMap(toBeAsked);
      if (attempts.length === 0) return end(state, { ...said, started: true, acknowledged: true });
      const deadline = timeAfter(meta.now, data.leaseSeconds * 1_000);
      return [{ type: 'CancelRequested', data: { ...refOf(state), attempts, ...said, deadline } }];
    }
    case 'succeeded':
    case 'failed':
    case 'expired':
    case 'refused':
      throw new DomainError(
        'conflict',
        'deployment.ended',
        `The deployment has ${state.status} already: there is nothing left to cancel.`,
        { state: state.status },
      );
    default:
      return state satisfies never;
  }
}

/** A worker that was granted the attempt, or another deployment: somebody else has to end it. */
function toBeAsked(out: Out): AttemptRef[] {
  const asked = out.kind === 'child' || (out.kind === 'attempt' && out.worker !== undefined);
  return asked ? [{ step: out.step, attempt: out.attempt, token: out.token }] : [];
}

/** A newer one takes the place of one that has not started. */
export function supersede({ data, meta }: SupersedeDeploymentCommand, state: KnownDeployment): DeploymentEvent[] {
  if (state.status !== 'queued') return [];
  const reason = `superseded by deployment ${data.supersededBy}`;
  const facts = { by: meta.actor, reason, started: false, acknowledged: true, supersededBy: data.supersededBy };
  return [{ type: 'DeploymentCancelled', data: { ...refOf(state), ...facts } }];
}

/** One of those asked to end has ended: the last one ends the deployment. */
export function endedWhileCancelling(state: Cancelling, event: AttemptEnded): DeploymentEvent[] {
  const after = applied(state, event) as Cancelling;
  return [event, ...(after.out.length > 0 ? [] : finished(after))];
}

/** Those asked did not answer in time: that is said, and the deployment ends all the same. */
export function expireCancel({ meta }: ExpireCancelCommand, state: KnownDeployment): DeploymentEvent[] {
  if (state.status !== 'cancelling' || Date.parse(meta.now) < Date.parse(state.deadline)) return [];
  const message = 'its end was not acknowledged in time: what the step did is unknown';
  const lost = state.out.flatMap(toBeAsked).map((attempt): AttemptEnded => {
    return { type: 'StepLost', data: { ...refOf(state), ...attempt, cause: { code: 'step.cancel-unanswered', message } } };
  });
  return [...lost, ...finished(lost.reduce(applied, state) as Cancelling)];
}

function finished(state: Cancelling): DeploymentEvent[] {
  const { by, reason, unanswered } = state;
  return end(state, { by, ...(reason === undefined ? {} : { reason }), started: true, acknowledged: !unanswered });
}

/** No further step runs once a started deployment is cancelled. */
function end(state: KnownDeployment, facts: Omit<DeploymentCancelled['data'], keyof ReturnType<typeof refOf>>): DeploymentEvent[] {
  const ref = refOf(state);
  const reason: Reason = { code: 'deployment-cancelled', message: 'The deployment was cancelled.', facts: {}, events: [] };
  const over = new Set([...state.done, ...state.failures.map((one) => one.step)]);
  const left = state.plan.filter((step) => !step.excluded && !over.has(step.name));
  return [
    ...left.map((step): DeploymentEvent => ({ type: 'StepSkipped', data: { ...ref, step: step.name, reason: step.skip ?? reason } })),
    { type: 'DeploymentCancelled', data: { ...ref, ...facts } },
  ];
}
