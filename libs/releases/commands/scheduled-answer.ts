import type { Handled } from '@slipway/kernel';
import { knownRelease, type ReleaseState } from '../domain/release';
import type { ReleaseEvent } from '../domain/release.events';
import { scheduledDeployment } from '../domain/scheduled-deployment';

/** The `Deployment` that a request scheduled. */
export function scheduledAnswer({ state, events }: Handled<ReleaseState, ReleaseEvent>): ReturnType<typeof scheduledDeployment> {
  const scheduled = events.find(
    (event): event is Extract<typeof event, { type: 'DeploymentScheduled' }> => event.type === 'DeploymentScheduled',
  );
  if (!scheduled) throw new Error('an accepted deployment request scheduled nothing');
  return scheduledDeployment(scheduled.data, scheduled.metadata.actor, knownRelease(state).process.steps);
}
