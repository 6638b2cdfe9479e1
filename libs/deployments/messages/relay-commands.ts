import { type CommandMeta, hashedId, type RecordedEvent, type StepTypes, type Streams } from '@slipway/kernel';
import type { CommandGateway } from '@slipway/platform';
import type { ReleasesReader } from '@slipway/releases/contract';
import type { Cause, ChildDeploymentRequested, StepDispatched } from '../domain/deployment.events';

export interface RelayedDeploymentsDependencies {
  readonly streams: Streams;
  readonly releases: ReleasesReader;
  readonly gateway: CommandGateway;
  readonly stepTypes: StepTypes;
  readonly leaseSeconds: number;
}

/** Where a command comes from that the relay sends because of an event. */
export function relayMeta({ id, metadata: { correlationId } }: RecordedEvent, purpose: string): Omit<CommandMeta, 'now'> {
  return { actor: 'slipway/relay', commandId: hashedId('relay', purpose, id), correlationId, causationId: id };
}

export async function failAttempt(
  event: RecordedEvent<StepDispatched | ChildDeploymentRequested>,
  cause: Cause,
  { gateway }: RelayedDeploymentsDependencies,
): Promise<void> {
  const { deployment, step, attempt, token } = event.data;
  await gateway.send('FailAttempt', { deployment, step, attempt, token, cause }, relayMeta(event, 'fail'));
}
