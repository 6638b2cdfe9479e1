import { defined } from '@slipway/kernel';
import type { KnownRelease } from '../domain/release';
import type { DeploymentScheduled } from '../domain/release.events';

/** The `Deployment` of interfaces.md as it stands right after it was scheduled: the same rows that its projection inserts. */
export function scheduledResource(data: DeploymentScheduled['data'], requestedBy: string, release: KnownRelease) {
  const excluded = new Set(data.excluded);
  return defined({
    id: data.deployment,
    project: data.project,
    release: data.version,
    environment: data.environment,
    state: 'scheduled',
    at: data.at,
    expiresAt: data.expiresAt,
    variablesSnapshot: data.variablesSnapshot,
    excluded: data.excluded,
    failureMode: data.failureMode,
    comment: data.comment,
    priority: data.priority,
    requestedBy,
    steps: release.process.steps.map(({ name, type }) => ({
      name,
      type,
      state: excluded.has(name) ? 'excluded' : 'pending',
      attempts: [],
      outputs: {},
    })),
  });
}
