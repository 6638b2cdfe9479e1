import type { DomainEvent, LogSummary, Reason } from '@slipway/kernel';

/** A step as this deployment will run it; its input stays in the release. Excluded ones and those not meant for the environment are told apart. */
export interface PlannedStep {
  readonly name: string;
  readonly type: string;
  readonly pool: string;
  readonly timeoutMs: number;
  readonly excluded: boolean;
  /** Why it will not run here, though nobody excluded it. */
  readonly skip?: Reason;
}

/** Which deployment it is about: in every event, so that each one can be read alone. */
export interface DeploymentRef {
  readonly deployment: string;
  readonly project: string;
  readonly release: string;
  readonly environment: string;
}

/** One dispatch of one try of one step. The token rises with every dispatch of the deployment: only the newest counts. */
export interface AttemptRef {
  readonly step: string;
  readonly attempt: number;
  readonly token: number;
}

/** Why a step or a deployment did not succeed: stable code, text for people. */
export interface Cause {
  readonly code: string;
  readonly message: string;
}

/** Everything that was asked for, and the plan, frozen, with the number of the variable snapshot of its release. */
export interface DeploymentOpened extends DomainEvent {
  readonly type: 'DeploymentOpened';
  readonly data: DeploymentRef & {
    at: string;
    expiresAt?: string;
    priority: boolean;
    failureMode: 'fail';
    comment?: string;
    requestedBy: string;
    variablesSnapshot: number;
    plan: readonly PlannedStep[];
  };
}

/** Its time came: it waits for its lane. */
export interface DeploymentQueued extends DomainEvent {
  readonly type: 'DeploymentQueued';
  readonly data: DeploymentRef & { priority: boolean };
}

export interface DeploymentStarted extends DomainEvent {
  readonly type: 'DeploymentStarted';
  readonly data: DeploymentRef;
}

/** An attempt is offered to the workers of a pool; `because` says why it is offered again under a new token. */
export interface StepDispatched extends DomainEvent {
  readonly type: 'StepDispatched';
  readonly data: DeploymentRef & AttemptRef & { pool: string; because?: 'returned' | 'unclaimed' };
}

/** The first claim of the token was accepted: this worker, and only this one, runs it. */
export interface StepStarted extends DomainEvent {
  readonly type: 'StepStarted';
  readonly data: DeploymentRef & AttemptRef & { worker: string };
}

export interface StepSucceeded extends DomainEvent {
  readonly type: 'StepSucceeded';
  readonly data: DeploymentRef & AttemptRef & { exitCode?: number; outputs: Readonly<Record<string, string>> } & LogSummary;
}

/** `worker` and `log` are absent when it never reached a worker (its task could not be composed). */
export interface StepFailed extends DomainEvent {
  readonly type: 'StepFailed';
  readonly data: DeploymentRef &
    AttemptRef & { cause: Cause; exitCode?: number; outputs: Readonly<Record<string, string>> } & Partial<LogSummary>;
}

export interface StepTimedOut extends DomainEvent {
  readonly type: 'StepTimedOut';
  readonly data: DeploymentRef & AttemptRef & { cause: Cause } & LogSummary;
}

/** The worker's word is missing: what the attempt did is unknown. */
export interface StepLost extends DomainEvent {
  readonly type: 'StepLost';
  readonly data: DeploymentRef & AttemptRef & { cause: Cause };
}

export interface StepSkipped extends DomainEvent {
  readonly type: 'StepSkipped';
  readonly data: DeploymentRef & { step: string; reason: Reason };
}

/** A worker's word that came too late: recorded, and nothing changed. */
export interface LateProgressRecorded extends DomainEvent {
  readonly type: 'LateProgressRecorded';
  readonly data: DeploymentRef & AttemptRef & { worker: string; kind: string };
}

/** A step runs: its worker is asked to end it, and has until the deadline to say so. */
export interface DeploymentCancelRequested extends DomainEvent {
  readonly type: 'DeploymentCancelRequested';
  readonly data: DeploymentRef & AttemptRef & { reason?: string; deadline: string };
}

export interface DeploymentSucceeded extends DomainEvent {
  readonly type: 'DeploymentSucceeded';
  readonly data: DeploymentRef;
}

export interface DeploymentFailed extends DomainEvent {
  readonly type: 'DeploymentFailed';
  readonly data: DeploymentRef & { cause: Cause };
}

/** `by`: who asked for it. `acknowledged`: nothing ran, or the worker said that it ended it; otherwise the deadline passed and what still happened is unknown. */
export interface DeploymentCancelled extends DomainEvent {
  readonly type: 'DeploymentCancelled';
  readonly data: DeploymentRef & { by: string; reason?: string; started: boolean; acknowledged: boolean };
}

/** Not started by then: it never runs. */
export interface DeploymentExpired extends DomainEvent {
  readonly type: 'DeploymentExpired';
  readonly data: DeploymentRef & { expiresAt: string };
}

/** Its turn came, and by now it was not eligible. */
export interface DeploymentRefused extends DomainEvent {
  readonly type: 'DeploymentRefused';
  readonly data: DeploymentRef & { reasons: readonly Reason[] };
}

export type DeploymentEnded = DeploymentSucceeded | DeploymentFailed | DeploymentCancelled | DeploymentExpired | DeploymentRefused;

export type DeploymentEvent =
  | DeploymentOpened
  | DeploymentQueued
  | DeploymentStarted
  | StepDispatched
  | StepStarted
  | StepSucceeded
  | StepFailed
  | StepTimedOut
  | StepLost
  | StepSkipped
  | LateProgressRecorded
  | DeploymentCancelRequested
  | DeploymentEnded;
