import { defined, type Snapshot } from '@slipway/kernel';
import type { DeploymentView } from '../domain/deployment-view';
import type { DeploymentRow } from '../projections/deployments.tables';
import { waitingFor } from './waiting-for';

/** `Deployment` of interfaces.md. */
export async function deploymentResource({ fold: { view } }: DeploymentRow, snapshot: Snapshot) {
  const { steps, ...rest } = view;
  return defined({ ...rest, waitingFor: await waitingFor(view, snapshot), steps });
}

/** A deployment as the dashboard shows it. */
export function deploymentSummary({ id, release, state, at, startedAt, finishedAt, expiresAt, comment, requestedBy }: DeploymentView) {
  return defined({ id, release, state, at, expiresAt, startedAt, finishedAt, comment, requestedBy });
}
