import { defined, type Reactions, type Reactor, type Recorded } from '@slipway/kernel';
import type { ReleaseEvent } from '@slipway/releases/contract';

/** A deployment ended that a step of another one waits for: that one learns it. */
export const reportChild: Reactor = {
  name: 'report-child',
  startsAt: 'beginning',
  on: {
    DeploymentConcluded: ({ data: { deployment, project, version, environment, outcome, cause, parent } }) => {
      if (!parent) return [];
      const child = { project, version, environment, deployment };
      return [{ name: 'ReportChild', data: defined({ deployment: parent.deployment, token: parent.token, child, outcome, cause }) }];
    },
  } satisfies Reactions<Recorded<ReleaseEvent>>,
};
