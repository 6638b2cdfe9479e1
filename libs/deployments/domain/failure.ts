import { MANUAL_INTERVENTION } from '@slipway/projects/contract';
import type { KnownDeployment } from './deployment';
import type { AttemptEnded, StepSucceeded } from './deployment.events';

export type AttemptFailed = Exclude<AttemptEnded, StepSucceeded>;

/**
 * What follows a failed try (domain.md §6): tries left, the next one; else, where failures are guided, a person is asked; else the failure stands. Who said
 * `abort` to a manual intervention is not asked again.
 */
export function afterFailure({ plan, failureMode }: KnownDeployment, failed: AttemptFailed): 'retry' | 'ask' | 'stand' {
  const { step, attempt } = failed.data;
  const planned = plan.find((one) => one.name === step);
  if (planned?.type === MANUAL_INTERVENTION) return 'stand';
  const began = failed.type !== 'StepFailed' || failed.data.unbegun !== true;
  if (began && attempt < (planned?.retries?.attempts ?? 1)) return 'retry';
  return failureMode === 'guided' ? 'ask' : 'stand';
}
