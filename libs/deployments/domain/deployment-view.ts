import type { FailureMode } from '@slipway/environments/contract';
import type { LogSummary, Reason } from '@slipway/kernel';
import type { FreezeOverride } from '@slipway/releases/contract';
import type { Cause } from './deployment.events';

/** In the order of a deployment's life. */
export const DEPLOYMENT_STATES = [
  'scheduled',
  'queued',
  'executing',
  'awaiting-intervention',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
  'refused',
];

export type StepRunState = 'pending' | 'dispatched' | 'running' | 'succeeded' | 'failed' | 'lost' | 'timed-out' | 'skipped' | 'excluded';

export interface AttemptView {
  readonly number: number;
  /** Of its newest dispatch. */
  readonly token: number;
  /** Whose workers are asked; absent where none is. */
  readonly pool?: string;
  readonly state: StepRunState;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly exitCode?: number;
  readonly error?: Cause;
  readonly worker?: string;
  /** What its output comes to: number of chunks, and their digest. */
  readonly log?: LogSummary['log'];
}

export interface StepRunView {
  readonly name: string;
  readonly type: string;
  readonly state: StepRunState;
  /** Why it was skipped, what it waits for, or who ignored its failure. */
  readonly reason?: Reason;
  readonly attempts: readonly AttemptView[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** `Deployment` of interfaces.md, but for `waitingFor`, which its lane knows. */
export interface DeploymentView {
  readonly id: string;
  readonly project: string;
  readonly release: string;
  readonly environment: string;
  readonly state: string;
  readonly reason?: Reason;
  /** It succeeded, though failures were ignored. */
  readonly withWarnings?: boolean;
  readonly at: string;
  readonly expiresAt?: string;
  readonly queuedAt?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly variablesSnapshot: number;
  readonly excluded: readonly string[];
  readonly failureMode: FailureMode | 'default';
  readonly comment?: string;
  readonly priority: boolean;
  readonly requestedBy: string;
  readonly prompted?: Readonly<Record<string, string>>;
  readonly redeployOf?: string;
  readonly rollbackOf?: string;
  readonly parent?: { readonly deployment: string; readonly step: string };
  readonly overrideFreeze?: FreezeOverride;
  readonly steps: readonly StepRunView[];
}

/** The view of a deployment, and how it ended once its own stream says so. */
export interface ViewFold {
  readonly view: DeploymentView;
  /** Shown from DeploymentConcluded on: whoever reads "succeeded" can promote at once. */
  readonly end?: { readonly state: string; readonly finishedAt: string; readonly reason?: Reason; readonly withWarnings?: boolean };
}

/** The view as its own stream tells it, the end included. */
export function decided({ view, end }: ViewFold): DeploymentView {
  return end ? { ...view, ...end } : view;
}
