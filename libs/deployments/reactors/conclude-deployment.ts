import type { Reactions, Reactor, ReactorCommand, Recorded } from '@slipway/kernel';
import type { DeploymentOutcome } from '@slipway/releases/contract';
import type { DeploymentEvent, DeploymentRef } from '../domain/deployment.events';

function conclude(
  { data, metadata }: { data: DeploymentRef; metadata: { at: string } },
  outcome: DeploymentOutcome,
  started: boolean,
): ReactorCommand[] {
  const { deployment, project, release: version } = data;
  return [{ name: 'ConcludeDeployment', data: { deployment, project, version, outcome, started, endedAt: metadata.at } }];
}

/** A deployment ended: its release learns it, which may open a phase. */
export const concludeDeployment: Reactor = {
  name: 'conclude-deployment',
  startsAt: 'beginning',
  on: {
    DeploymentSucceeded: (event) => conclude(event, 'succeeded', true),
    DeploymentFailed: (event) => conclude(event, 'failed', true),
    DeploymentCancelled: (event) => conclude(event, 'cancelled', event.data.started),
    DeploymentExpired: (event) => conclude(event, 'expired', false),
    DeploymentRefused: (event) => conclude(event, 'refused', false),
  } satisfies Reactions<Recorded<DeploymentEvent>>,
};
