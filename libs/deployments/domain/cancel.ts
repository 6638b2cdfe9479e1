import { DomainError, timeAfter } from '@slipway/kernel';
import type { CancelDeploymentCommand, ExpireCancelCommand } from './deployment.commands';
import { type KnownDeployment, refOf } from './deployment';
import type { DeploymentEvent } from './deployment.events';
import { cancelAfter, cancelled } from './flow';

/** Ends at once where no attempt was granted; else the worker is asked, and the deadline bounds the wait. */
export function cancel({ data, meta }: CancelDeploymentCommand, state: KnownDeployment): DeploymentEvent[] {
  const reason = data.reason === undefined ? {} : { reason: data.reason };
  switch (state.status) {
    case 'cancelling':
    case 'cancelled':
      return [];
    case 'scheduled':
    case 'queued':
      return [{ type: 'DeploymentCancelled', data: { ...refOf(state), by: meta.actor, ...reason, started: false, acknowledged: true } }];
    case 'executing': {
      const { current } = state;
      if (!current?.worker) return cancelAfter(state, '', { by: meta.actor, ...reason, acknowledged: true });
      const { step, attempt, token } = current;
      const deadline = timeAfter(meta.now, data.leaseSeconds * 1_000);
      return [{ type: 'DeploymentCancelRequested', data: { ...refOf(state), step, attempt, token, ...reason, deadline } }];
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

/** The worker did not answer in time: that is said, and the deployment ends all the same. */
export function expireCancel({ meta }: ExpireCancelCommand, state: KnownDeployment): DeploymentEvent[] {
  if (state.status !== 'cancelling' || Date.parse(meta.now) < Date.parse(state.deadline)) return [];
  const { step, attempt, token } = state.current;
  const cause = {
    code: 'step.cancel-unanswered',
    message: 'the worker did not acknowledge the cancel in time: what the step did is unknown',
  };
  return [{ type: 'StepLost', data: { ...refOf(state), step, attempt, token, cause } }, ...cancelled(state, step, false)];
}
