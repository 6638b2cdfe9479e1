import { defined } from '@slipway/kernel';
import type { DeploymentConcluded } from '@slipway/releases/contract';
import type { DeploymentView, ViewFold } from './deployment-view';

/** A deployment as the dashboard shows it. */
export function deploymentSummary(view: DeploymentView) {
  const { id, release, state, withWarnings, at, startedAt, finishedAt, expiresAt, comment, requestedBy } = view;
  return defined({ id, release, state, withWarnings, at, expiresAt, startedAt, finishedAt, comment, requestedBy });
}

export type DeploymentSummary = ReturnType<typeof deploymentSummary>;

/** The view once its release was told of the end: from here on it is shown as ended. */
export function concludedView({ view, end }: ViewFold, { outcome, endedAt }: DeploymentConcluded['data']): DeploymentView {
  return { ...view, ...(end ?? { finishedAt: endedAt }), state: outcome };
}
