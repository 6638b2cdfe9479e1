import type { AttemptOutcome, Command } from '@slipway/kernel';
import type { Verdict } from '@slipway/releases/contract';
import type { AttemptRef, Cause, DeploymentOpened } from './deployment.events';

export interface OpenDeploymentCommand extends Command {
  readonly type: 'OpenDeployment';
  readonly data: DeploymentOpened['data'];
}

/** The timer says that it is due. */
export interface QueueDeploymentCommand extends Command {
  readonly type: 'QueueDeployment';
  readonly data: object;
}

/** The lane was granted; `verdict` is the release's eligibility asked again. */
export interface StartDeploymentCommand extends Command {
  readonly type: 'StartDeployment';
  readonly data: { readonly verdict: Verdict };
}

/** The timer says that it may have expired. */
export interface ExpireDeploymentCommand extends Command {
  readonly type: 'ExpireDeployment';
  readonly data: object;
}

/** `leaseSeconds`: how long the worker of a running step has to acknowledge. */
export interface CancelDeploymentCommand extends Command {
  readonly type: 'CancelDeployment';
  readonly data: { readonly reason?: string; readonly leaseSeconds: number };
}

/** The timer says that the cancel's deadline may have passed. */
export interface ExpireCancelCommand extends Command {
  readonly type: 'ExpireCancel';
  readonly data: object;
}

export interface ClaimAttemptCommand extends Command {
  readonly type: 'ClaimAttempt';
  readonly data: AttemptRef & { readonly worker: string };
}

export interface ReportAttemptCommand extends Command {
  readonly type: 'ReportAttempt';
  readonly data: AttemptRef & { readonly worker: string; readonly outcome: AttemptOutcome };
}

/** The lease of a running attempt ran out. */
export interface LoseAttemptCommand extends Command {
  readonly type: 'LoseAttempt';
  readonly data: AttemptRef & { readonly cause: Cause };
}

/** The task of an attempt cannot be composed. */
export interface FailAttemptCommand extends Command {
  readonly type: 'FailAttempt';
  readonly data: AttemptRef & { readonly cause: Cause };
}

/** Nobody claimed it while somebody of its pool was free. */
export interface RedispatchAttemptCommand extends Command {
  readonly type: 'RedispatchAttempt';
  readonly data: AttemptRef;
}

export type DeploymentCommand =
  | OpenDeploymentCommand
  | QueueDeploymentCommand
  | StartDeploymentCommand
  | ExpireDeploymentCommand
  | CancelDeploymentCommand
  | ExpireCancelCommand
  | ClaimAttemptCommand
  | ReportAttemptCommand
  | LoseAttemptCommand
  | FailAttemptCommand
  | RedispatchAttemptCommand;
