import type { Reactions, Reactor, ReactorCommand, Recorded } from '@slipway/kernel';
import type { DeploymentEvent, DeploymentRef } from '../domain/deployment.events';
import { laneName, type LaneEvent } from '../domain/lane';

function leave({ data: { project, environment, deployment } }: { data: DeploymentRef }): ReactorCommand[] {
  return [{ name: 'LeaveLane', data: { lane: laneName(project, environment), deployment } }];
}

/** ONE reactor drives all lanes, each in log order: entering, starting who was granted, leaving. Any ended deployment leaves, granted or not. */
export const driveLanes: Reactor = {
  name: 'drive-lanes',
  startsAt: 'beginning',
  orderKey: ({ data }) => {
    const { lane, project, environment } = data as { lane: string } & DeploymentRef;
    return lane ?? laneName(project, environment);
  },
  on: {
    DeploymentQueued: ({ data: { project, environment, deployment, priority, supersede } }) => [
      { name: 'EnterLane', data: { lane: laneName(project, environment), deployment, priority, supersede } },
    ],
    LaneEntered: ({ data: { deployment: supersededBy, supersedes } }) =>
      supersedes.map((deployment) => ({ name: 'SupersedeDeployment', data: { deployment, supersededBy } })),
    LaneGranted: ({ data: { deployment } }) => [{ name: 'StartDeployment', data: { deployment } }],
    DeploymentSucceeded: leave,
    DeploymentFailed: leave,
    DeploymentCancelled: leave,
    DeploymentExpired: leave,
    DeploymentRefused: leave,
  } satisfies Reactions<Recorded<DeploymentEvent | LaneEvent>>,
};
