import { InfrastructureError, type Message, type RecordedEvent } from '@slipway/kernel';
import type { Relayed } from '@slipway/platform';
import { deploymentStream, type KnownDeployment, outOf } from '../domain/deployment';
import { deploymentDecider } from '../domain/deployment.decider';
import type { ChildDeploymentRequested, CancelRequested, StepDispatched, StepTimedOut } from '../domain/deployment.events';
import { cancelControls } from './cancel-control';
import { cancelChildren, scheduleChild } from './child-deployment';
import { failAttempt, type RelayedDeploymentsDependencies } from './relay-commands';
import { stepTask } from './step-task';

/**
 * What deployments tell others: tasks for workers, cancels for whoever runs one, and deployments of other projects that a step asks for. What cannot be
 * composed or scheduled fails its step instead.
 */
export function relayedDeployments(on: RelayedDeploymentsDependencies): Relayed {
  return async (event) => {
    switch (event.type) {
      case 'StepDispatched':
        return dispatched(event as RecordedEvent<StepDispatched>, on);
      case 'ChildDeploymentRequested':
        await scheduleChild(event as RecordedEvent<ChildDeploymentRequested>, on);
        return [];
      case 'StepTimedOut':
        await cancelChildren(event as RecordedEvent<StepTimedOut>, on);
        return [];
      case 'CancelRequested':
        await cancelChildren(event as RecordedEvent<CancelRequested>, on);
        return cancelControls(event as RecordedEvent<CancelRequested>);
      default:
        return [];
    }
  };
}

async function dispatched(event: RecordedEvent<StepDispatched>, on: RelayedDeploymentsDependencies): Promise<Message[]> {
  const { deployment: id, token } = event.data;
  const { state: deployment } = await on.streams.load(deploymentDecider, deploymentStream(id));
  // A relay that catches up meets dispatches that are long over: nobody has to be told of those.
  if (deployment.status !== 'executing' || !isOffered(deployment, token)) return [];
  const release = await on.releases.find(deployment.project, deployment.release);
  if (!release) throw new InfrastructureError('release.missing', `deployment ${id} has no release`, false);
  const composed = stepTask(event, { release, deployment, stepTypes: on.stepTypes, leaseSeconds: on.leaseSeconds });
  if ('message' in composed) return [composed.message];
  await failAttempt(event, composed.cause, on);
  return [];
}

function isOffered(deployment: KnownDeployment, token: number): boolean {
  return outOf(deployment).some((one) => one.kind === 'attempt' && one.token === token && one.worker === undefined);
}
