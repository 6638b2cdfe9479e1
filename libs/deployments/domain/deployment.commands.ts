import type { AttemptOutcome, Command } from '@slipway/kernel';
import type { DeploymentOutcome, EndCause, Verdict } from '@slipway/releases/contract';
import type { AttemptRef, Cause, DeploymentOpened } from './deployment.events';
import type { Frozen } from './frozen';

/** `supersede`: as of QueueDeployment, for one that is due as it opens. */
export interface OpenDeploymentCommand extends Command {
  readonly type: 'OpenDeployment';
  readonly data: { readonly opened: DeploymentOpened['data']; readonly supersede: boolean };
}

/** Commands that may move a deployment on carry what its steps are made of. */
interface MovingOn {
  readonly frozen: Frozen;
}

/** The timer says that it is due; `supersede`: the project's newer deployments take the place of older ones that wait. */
export interface QueueDeploymentCommand extends Command {
  readonly type: 'QueueDeployment';
  readonly data: { readonly supersede: boolean };
}

/** The lane was granted; `verdict` is the release's eligibility asked again. */
export interface StartDeploymentCommand extends Command {
  readonly type: 'StartDeployment';
  readonly data: MovingOn & { readonly verdict: Verdict };
}

/** The timer says that it may have expired. */
export interface ExpireDeploymentCommand extends Command {
  readonly type: 'ExpireDeployment';
  readonly data: object;
}

/** `leaseSeconds`: how long whoever runs a step has to acknowledge. */
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
  readonly data: MovingOn & AttemptRef & { readonly worker: string; readonly outcome: AttemptOutcome };
}

/** The lease of a running attempt ran out. */
export interface LoseAttemptCommand extends Command {
  readonly type: 'LoseAttempt';
  readonly data: MovingOn & AttemptRef & { readonly cause: Cause };
}

/** The task of an attempt cannot be composed, or the deployment that a step asked for not be scheduled. */
export interface FailAttemptCommand extends Command {
  readonly type: 'FailAttempt';
  readonly data: MovingOn & AttemptRef & { readonly cause: Cause };
}

/** Nobody claimed it while somebody of its pool was free. */
export interface RedispatchAttemptCommand extends Command {
  readonly type: 'RedispatchAttempt';
  readonly data: AttemptRef;
}

/** The timer says that what a step waits for may be over. */
export interface WakeStepCommand extends Command {
  readonly type: 'WakeStep';
  readonly data: MovingOn & { readonly step: string };
}

/** A deployment of another project that a step waits for. */
interface ChildDeployment {
  readonly project: string;
  readonly version: string;
  readonly environment: string;
  readonly deployment: string;
}

/** What a step asked for was scheduled. */
export interface NoteChildCommand extends Command {
  readonly type: 'NoteChild';
  readonly data: { readonly token: number; readonly child: ChildDeployment };
}

/** What a step waited for has ended. */
export interface ReportChildCommand extends Command {
  readonly type: 'ReportChild';
  readonly data: MovingOn & {
    readonly token: number;
    readonly child: ChildDeployment;
    readonly outcome: DeploymentOutcome;
    readonly cause?: EndCause;
  };
}

export interface TakeInterruptionCommand extends Command {
  readonly type: 'TakeInterruption';
  readonly data: { readonly interruption: string };
}

/** `outputs`: of a manual intervention. */
export interface ResolveInterruptionCommand extends Command {
  readonly type: 'ResolveInterruption';
  readonly data: MovingOn & {
    readonly interruption: string;
    readonly answer: string;
    readonly notes?: string;
    readonly outputs?: Readonly<Record<string, string>>;
  };
}

/** A newer deployment of the project takes its place in the lane. */
export interface SupersedeDeploymentCommand extends Command {
  readonly type: 'SupersedeDeployment';
  readonly data: { readonly supersededBy: string };
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
  | RedispatchAttemptCommand
  | WakeStepCommand
  | NoteChildCommand
  | ReportChildCommand
  | TakeInterruptionCommand
  | ResolveInterruptionCommand
  | SupersedeDeploymentCommand;
