import type { Reactions, Reactor, Recorded } from '@slipway/kernel';
import type { ReleaseEvent } from '@slipway/releases/contract';

/** A deployment was scheduled on its release: its own stream opens. Those of a project come into line in the order in which they were asked for. */
export const openDeployment: Reactor = {
  name: 'open-deployment',
  startsAt: 'beginning',
  orderKey: ({ data }) => (data as { project: string }).project,
  on: {
    DeploymentScheduled: ({ data: { deployment, project, version, ...request }, metadata }) => [
      { name: 'OpenDeployment', data: { ...request, deployment, project, release: version, requestedBy: metadata.actor } },
    ],
  } satisfies Reactions<Recorded<ReleaseEvent>>,
};
