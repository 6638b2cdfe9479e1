export { deploymentStream } from './domain/deployment';
export { DEPLOYMENT_STATES } from './domain/deployment-view';
export { laneName, laneStream } from './domain/lane';
export type { KnownDeployment } from './domain/deployment';
export type { DeploymentEvent, DeploymentEnded } from './domain/deployment.events';
export type { LaneEvent } from './domain/lane';

/** Where the history of a deployment is told. */
export interface DeploymentPlace {
  readonly project: string;
  readonly release: string;
  readonly environment: string;
  /** Position of the event that scheduled it. */
  readonly scheduled: bigint;
}

/** What other slices ask about deployments. */
export abstract class DeploymentsReader {
  /** As of the log's head. Errors: DomainError `deployment.not-found`. */
  abstract placeOf(deployment: string): Promise<DeploymentPlace>;
}
