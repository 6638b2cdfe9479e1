import { defined, type Snapshot } from '@slipway/kernel';
import type { DeploymentRow } from '../projections/deployments.tables';
import { waitingFor } from './waiting-for';

/** `Deployment` of interfaces.md. */
export async function deploymentResource({ fold: { view } }: DeploymentRow, snapshot: Snapshot) {
  const { steps, ...rest } = view;
  return defined({ ...rest, waitingFor: await waitingFor(view, snapshot), steps });
}
