import type { FailureMode } from '@slipway/environments/contract';
import type { DomainEvent, LogSummary, Reason } from '@slipway/kernel';
import type { RunCondition } from '@slipway/projects/contract';
import type { FreezeOverride, ParentStep } from '@slipway/releases/contract';

/** A step as this deployment will run it; its input stays in the release. Excluded ones and those not meant for the environment are told apart. */
export interface PlannedStep {
  readonly name: string;
  readonly type: string;
  readonly pool: string;
  /** Bounds each attempt; absent: nothing does. */
  readonly timeoutMs?: number;
  readonly required: boolean;
  readonly condition: RunCondition;
  readonly start: 'after-previous' | 'with-previous';
  readonly retries?: { readonly attempts: number; readonly delayMs: number; readonly backoff: number };
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

/** One dispatch of one try of one step. The token rises with every one that begins in the deployment: an older one of the same step no longer counts. */
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
    failureMode: FailureMode;
    comment?: string;
    requestedBy: string;
    variablesSnapshot: number;
    prompted?: Readonly<Record<string, string>>;
    redeployOf?: string;
    rollbackOf?: string;
    parent?: ParentStep;
    overrideFreeze?: FreezeOverride;
    plan: readonly PlannedStep[];
  };
}

/** Its time came: it waits for its lane; `supersede`: those that wait there already give way to it. */
export interface DeploymentQueued extends DomainEvent {
  readonly type: 'DeploymentQueued';
  readonly data: DeploymentRef & { priority: boolean; supersede: boolean };
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

/** A `delay` began: nothing is done until then. */
export interface StepDelayed extends DomainEvent {
  readonly type: 'StepDelayed';
  readonly data: DeploymentRef & AttemptRef & { until: string };
}

/** A release of another project is to be deployed; the step waits for it, at most until the deadline. `version` may be `latest`. */
export interface ChildDeploymentRequested extends DomainEvent {
  readonly type: 'ChildDeploymentRequested';
  readonly data: DeploymentRef &
    AttemptRef & { child: { project: string; version: string; environment: string }; ancestors: readonly string[]; deadline?: string };
}

/** It was scheduled: this deployment of this release is waited for. */
export interface ChildDeploymentScheduled extends DomainEvent {
  readonly type: 'ChildDeploymentScheduled';
  readonly data: DeploymentRef & AttemptRef & { child: { project: string; version: string; environment: string; deployment: string } };
}

/** `log` is absent where no worker ran it. */
export interface StepSucceeded extends DomainEvent {
  readonly type: 'StepSucceeded';
  readonly data: DeploymentRef & AttemptRef & { exitCode?: number; outputs: Readonly<Record<string, string>> } & Partial<LogSummary>;
}

/**
 * `log` is absent when it never reached a worker (its task could not be composed). `unbegun`: its condition could not be judged or its texts not be expanded, so
 * there was no try that another one could better.
 */
export interface StepFailed extends DomainEvent {
  readonly type: 'StepFailed';
  readonly data: DeploymentRef &
    AttemptRef & { cause: Cause; exitCode?: number; outputs: Readonly<Record<string, string>>; unbegun?: true } & Partial<LogSummary>;
}

export interface StepTimedOut extends DomainEvent {
  readonly type: 'StepTimedOut';
  readonly data: DeploymentRef & AttemptRef & { cause: Cause } & Partial<LogSummary>;
}

/** The worker's word is missing: what the attempt did is unknown. */
export interface StepLost extends DomainEvent {
  readonly type: 'StepLost';
  readonly data: DeploymentRef & AttemptRef & { cause: Cause };
}

/** Tries are left: the next one begins at that time. */
export interface StepRetryPlanned extends DomainEvent {
  readonly type: 'StepRetryPlanned';
  readonly data: DeploymentRef & { step: string; attempt: number; at: string };
}

export interface StepSkipped extends DomainEvent {
  readonly type: 'StepSkipped';
  readonly data: DeploymentRef & { step: string; reason: Reason };
}

export type InterruptionKind = 'guided-failure' | 'manual-intervention';
export type InterruptionAnswer = 'retry' | 'ignore' | 'fail' | 'proceed' | 'abort';

/** A person is asked, and the deployment waits: in its lane, holding no worker. `cause`: what failed. `deadline`: unanswered by then, the step times out. */
export interface InterruptionRaised extends DomainEvent {
  readonly type: 'InterruptionRaised';
  readonly data: DeploymentRef &
    AttemptRef & {
      interruption: string;
      kind: InterruptionKind;
      answers: readonly InterruptionAnswer[];
      instructions?: string;
      responsible?: string;
      cause?: Cause;
      deadline?: string;
    };
}

/** One person takes it on. */
export interface InterruptionTaken extends DomainEvent {
  readonly type: 'InterruptionTaken';
  readonly data: DeploymentRef & { interruption: string; step: string; by: string };
}

export interface InterruptionResolved extends DomainEvent {
  readonly type: 'InterruptionResolved';
  readonly data: DeploymentRef & { interruption: string; step: string; by: string; answer: InterruptionAnswer; notes?: string };
}

/** A worker's word that came too late: recorded, and nothing changed. */
export interface LateProgressRecorded extends DomainEvent {
  readonly type: 'LateProgressRecorded';
  readonly data: DeploymentRef & AttemptRef & { worker: string; kind: string };
}

/** Steps run: whoever runs them is asked to end them, and has until the deadline to say so. */
export interface CancelRequested extends DomainEvent {
  readonly type: 'CancelRequested';
  readonly data: DeploymentRef & { attempts: readonly AttemptRef[]; by: string; reason?: string; deadline: string };
}

/** `withWarnings`: failures were ignored on the way. */
export interface DeploymentSucceeded extends DomainEvent {
  readonly type: 'DeploymentSucceeded';
  readonly data: DeploymentRef & { withWarnings: boolean };
}

export interface DeploymentFailed extends DomainEvent {
  readonly type: 'DeploymentFailed';
  readonly data: DeploymentRef & { cause: Cause };
}

/** `by`: who asked for it. `acknowledged`: nothing ran, or the worker said that it ended it; otherwise the deadline passed and what still happened is unknown. */
export interface DeploymentCancelled extends DomainEvent {
  readonly type: 'DeploymentCancelled';
  readonly data: DeploymentRef & { by: string; reason?: string; started: boolean; acknowledged: boolean; supersededBy?: string };
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

/** One try of a step is over. */
export type AttemptEnded = StepSucceeded | StepFailed | StepTimedOut | StepLost;

export type DeploymentEvent =
  | DeploymentOpened
  | DeploymentQueued
  | DeploymentStarted
  | StepDispatched
  | StepStarted
  | StepDelayed
  | ChildDeploymentRequested
  | ChildDeploymentScheduled
  | AttemptEnded
  | StepRetryPlanned
  | StepSkipped
  | InterruptionRaised
  | InterruptionTaken
  | InterruptionResolved
  | LateProgressRecorded
  | CancelRequested
  | DeploymentEnded;
