import type { Streams } from '@slipway/kernel';
import { hashedId, InfrastructureError, type Message, type RecordedEvent, type StepTypes } from '@slipway/kernel';
import { type CommandGateway, type Relayed } from '@slipway/platform';
import type { ReleasesReader } from '@slipway/releases/contract';
import { deploymentStream } from '../domain/deployment';
import { deploymentDecider } from '../domain/deployment.decider';
import type { DeploymentCancelRequested, StepDispatched } from '../domain/deployment.events';
import { cancelControl } from './cancel-control';
import { stepTask } from './step-task';

export interface RelayedDeploymentsDependencies {
  readonly streams: Streams;
  readonly releases: ReleasesReader;
  readonly gateway: CommandGateway;
  readonly stepTypes: StepTypes;
  readonly leaseSeconds: number;
}

/** What deployments say on the bus: tasks for workers, cancels for whoever runs one. A task that cannot be composed fails its step instead. */
export function relayedDeployments(on: RelayedDeploymentsDependencies): Relayed {
  return async (event) => {
    if (event.type === 'StepDispatched') return dispatched(event as RecordedEvent<StepDispatched>, on);
    if (event.type === 'DeploymentCancelRequested') return [cancelControl(event as RecordedEvent<DeploymentCancelRequested>)];
    return [];
  };
}

async function dispatched(
  event: RecordedEvent<StepDispatched>,
  { streams, releases, gateway, stepTypes, leaseSeconds }: RelayedDeploymentsDependencies,
): Promise<Message[]> {
  const { deployment: id, step, attempt, token } = event.data;
  const { state: deployment } = await streams.load(deploymentDecider, deploymentStream(id));
  // A relay that catches up meets dispatches that are long over: nobody has to be told of those.
  if (deployment.status !== 'executing' || deployment.current?.token !== token || deployment.current.worker !== undefined) return [];
  const release = await releases.find(deployment.project, deployment.release);
  if (!release) throw new InfrastructureError('release.missing', `deployment ${id} has no release`, false);
  const composed = stepTask(event, { release, deployment, stepTypes, leaseSeconds });
  if ('message' in composed) return [composed.message];
  const { correlationId } = event.metadata;
  const meta = { actor: 'slipway/relay', commandId: hashedId('relay', event.id), correlationId, causationId: event.id };
  await gateway.send('FailAttempt', { deployment: id, step, attempt, token, cause: composed.cause }, meta);
  return [];
}
