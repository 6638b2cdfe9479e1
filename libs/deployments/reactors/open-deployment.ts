import type { Reactions, Reactor, Recorded } from '@slipway/kernel';
import type { ReleaseEvent } from '@slipway/releases/contract';

/** A deployment was scheduled on its release: its own stream opens. */
export const openDeployment: Reactor = {
  name: 'open-deployment',
  startsAt: 'beginning',
  orderKey: ({ stream }) => stream,
  on: {
    DeploymentScheduled: ({ data: { deployment, project, version, ...request }, metadata }) => [
      { name: 'OpenDeployment', data: { ...request, deployment, project, release: version, requestedBy: metadata.actor } },
    ],
  } satisfies Reactions<Recorded<ReleaseEvent>>,
};
