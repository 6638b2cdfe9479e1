export type { KnownDeployment } from './domain/deployment';
export type { DeploymentEvent, DeploymentEnded } from './domain/deployment.events';
export type { LaneEvent } from './domain/lane';
