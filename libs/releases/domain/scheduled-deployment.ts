import { defined } from '@slipway/kernel';
import type { DeploymentScheduled } from './release.events';

type Asked = Omit<DeploymentScheduled['data'], 'promotedFrom' | 'automatic'>;

/**
 * The `Deployment` of interfaces.md as it stands right after it was scheduled: what the request is answered with, what its row begins as, and what its own
 * stream opens with.
 */
export function scheduledDeployment(asked: Asked, requestedBy: string, steps: readonly { readonly name: string; readonly type: string }[]) {
  const { deployment, project, version, environment, at, expiresAt, variablesSnapshot, excluded, failureMode, comment, priority } = asked;
  const { prompted, redeployOf, rollbackOf, parent, overrideFreeze } = asked;
  return defined({
    id: deployment,
    project,
    release: version,
    environment,
    state: 'scheduled',
    at,
    expiresAt,
    variablesSnapshot,
    excluded,
    failureMode,
    comment,
    priority,
    requestedBy,
    prompted,
    redeployOf,
    rollbackOf,
    parent: parent && { deployment: parent.deployment, step: parent.step },
    overrideFreeze,
    steps: steps.map(({ name, type }) => ({ name, type, state: stateOf(name, excluded), attempts: [], outputs: {} })),
  });
}

function stateOf(step: string, excluded: readonly string[]): 'excluded' | 'pending' {
  return excluded.includes(step) ? 'excluded' : 'pending';
}
