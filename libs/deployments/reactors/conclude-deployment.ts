import type { Reactions, Reactor, ReactorCommand, Recorded, RecordedEvent } from '@slipway/kernel';
import type { DeploymentOutcome } from '@slipway/releases/contract';
import type { DeploymentEnded, DeploymentEvent, DeploymentRef } from '../domain/deployment.events';
import { endCause } from '../domain/end-cause';

function conclude(event: RecordedEvent<DeploymentEnded>, outcome: DeploymentOutcome, started: boolean): ReactorCommand[] {
  const { deployment, project, release: version } = event.data;
  const cause = endCause(event);
  const data = { deployment, project, version, outcome, started, endedAt: event.metadata.at, ...(cause ? { cause } : {}) };
  return [{ name: 'ConcludeDeployment', data }];
}

/** A deployment ended: its release learns it, which may open a phase. */
export const concludeDeployment: Reactor = {
  name: 'conclude-deployment',
  startsAt: 'beginning',
  orderKey: ({ data }) => {
    const { project, release } = data as DeploymentRef;
    return `${project}@${release}`;
  },
  on: {
    DeploymentSucceeded: (event) => conclude(event, 'succeeded', true),
    DeploymentFailed: (event) => conclude(event, 'failed', true),
    DeploymentCancelled: (event) => conclude(event, 'cancelled', event.data.started),
    DeploymentExpired: (event) => conclude(event, 'expired', false),
    DeploymentRefused: (event) => conclude(event, 'refused', false),
  } satisfies Reactions<Recorded<DeploymentEvent>>,
};
