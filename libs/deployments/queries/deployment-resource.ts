import { defined, type Reason, type Snapshot } from '@slipway/kernel';
import type { DeploymentView } from '../domain/deployment-view';
import type { DeploymentRow } from '../projections/deployments.tables';
import { waitingFor, waitingInside } from './waiting-for';

/** `Deployment` of interfaces.md. */
export async function deploymentResource({ fold: { view } }: DeploymentRow, snapshot: Snapshot) {
  return shown(view, await waitingFor(view, snapshot));
}

/** The same for the answer to a command, from its own stream alone: what its lane knows is left out. */
export function deploymentAlone(view: DeploymentView) {
  return shown(view, waitingInside(view));
}

function shown({ steps, ...rest }: DeploymentView, reason: Reason | undefined) {
  return defined({ ...rest, waitingFor: reason, steps });
}
