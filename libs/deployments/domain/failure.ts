import { MANUAL_INTERVENTION } from '@slipway/projects/contract';
import type { KnownDeployment } from './deployment';
import type { AttemptEnded, StepSucceeded } from './deployment.events';

export type AttemptFailed = Exclude<AttemptEnded, StepSucceeded>;

/**
 * What follows a failed try (domain.md §6): tries left, the next one; else, where failures are guided, a person is asked; else the failure stands. A
 * manual intervention that was put to a person is not asked about once more; one that never was (its texts or condition are at fault) is like any other step.
 */
export function afterFailure({ plan, failureMode }: KnownDeployment, failed: AttemptFailed): 'retry' | 'ask' | 'stand' {
  const { step, attempt } = failed.data;
  const planned = plan.find((one) => one.name === step);
  const began = failed.type !== 'StepFailed' || failed.data.unbegun !== true;
  if (began) {
    if (planned?.type === MANUAL_INTERVENTION) return 'stand';
    if (attempt < (planned?.retries?.attempts ?? 1)) return 'retry';
  }
  return failureMode === 'guided' ? 'ask' : 'stand';
}
