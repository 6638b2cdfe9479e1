import type { Decider } from '@slipway/kernel';
import { claim, fail, lose, redispatch, report } from './attempts';
import { cancel, expireCancel } from './cancel';
import type { DeploymentCommand } from './deployment.commands';
import { type DeploymentState, evolveDeployment, initialDeployment } from './deployment';
import type { DeploymentEvent } from './deployment.events';
import { expired, queue, start } from './start';

export const deploymentDecider: Decider<DeploymentCommand, DeploymentState, DeploymentEvent> = {
  category: 'deployment',
  initialState: initialDeployment,
  evolve: evolveDeployment,
  decide(command, state) {
    if (command.type === 'OpenDeployment') return state.status === 'none' ? [{ type: 'DeploymentOpened', data: command.data }] : [];
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
      default:
        return command satisfies never;
    }
  },
};
