import type { Decider } from '@slipway/kernel';
import { claim, fail, lose, redispatch, report } from './attempts';
import { cancel, expireCancel, supersede } from './cancel';
import type { DeploymentCommand } from './deployment.commands';
import { type DeploymentState, initialDeployment } from './deployment';
import type { DeploymentEvent } from './deployment.events';
import { evolveDeployment } from './evolve-deployment';
import { noteChild, reportChild, wake } from './held-steps';
import { resolve, take } from './interruptions';
import { expired, open, queue, start } from './start';

export const deploymentDecider: Decider<DeploymentCommand, DeploymentState, DeploymentEvent> = {
  category: 'deployment',
  initialState: initialDeployment,
  evolve: evolveDeployment,
  decide(command, state) {
    if (command.type === 'OpenDeployment') return open(command, state);
    if (state.status === 'none') return [];
    switch (command.type) {
      case 'QueueDeployment':
        return queue(command, state);
      case 'StartDeployment':
        return start(command, state);
      case 'ExpireDeployment':
        return expired(state, command.meta);
      case 'CancelDeployment':
        return cancel(command, state);
      case 'ExpireCancel':
        return expireCancel(command, state);
      case 'ClaimAttempt':
        return claim(command, state);
      case 'ReportAttempt':
        return report(command, state);
      case 'LoseAttempt':
        return lose(command, state);
      case 'FailAttempt':
        return fail(command, state);
      case 'RedispatchAttempt':
        return redispatch(command, state);
      case 'WakeStep':
        return wake(command, state);
      case 'NoteChild':
        return noteChild(command, state);
      case 'ReportChild':
        return reportChild(command, state);
      case 'TakeInterruption':
        return take(command, state);
      case 'ResolveInterruption':
        return resolve(command, state);
      case 'SupersedeDeployment':
        return supersede(command, state);
      default:
        return command satisfies never;
    }
  },
};
