import type { FailureMode } from '@slipway/environments/contract';
import type { ParentStep } from '@slipway/releases/contract';
import type { AttemptRef, Cause, DeploymentRef, InterruptionRaised, PlannedStep } from './deployment.events';

/** Offered to workers (no worker), or granted to one. */
export interface CurrentAttempt extends AttemptRef {
  readonly kind: 'attempt';
  readonly worker?: string;
}

/** The clock is waited for. */
interface Delaying extends AttemptRef {
  readonly kind: 'delay';
  readonly until: string;
}

/** A deployment of another project is waited for. */
export interface WaitingForChild extends AttemptRef {
  readonly kind: 'child';
  readonly deadline?: string;
}

/** The next try waits for its time. */
export interface WaitingToRetry {
  readonly kind: 'retry';
  readonly step: string;
  readonly attempt: number;
  readonly at: string;
}

/** What a running deployment waits for, one for each step under way. */
export type Out = CurrentAttempt | Delaying | WaitingForChild | WaitingToRetry;

/** The person asked, and how far that is. */
export interface OpenInterruption extends AttemptRef {
  readonly id: string;
  readonly kind: InterruptionRaised['data']['kind'];
  readonly answers: InterruptionRaised['data']['answers'];
  readonly deadline?: string;
  readonly takenBy?: string;
}

/** A failure whose interruption is still to be raised. */
interface OpenFailure extends AttemptRef {
  readonly cause: Cause;
}

export interface Known extends DeploymentRef {
  readonly at: string;
  readonly expiresAt?: string;
  readonly priority: boolean;
  readonly failureMode: FailureMode;
  readonly comment?: string;
  readonly variablesSnapshot: number;
  readonly prompted?: Readonly<Record<string, string>>;
  readonly parent?: ParentStep;
  readonly plan: readonly PlannedStep[];
  /** Steps that came to an end for good, whichever. */
  readonly done: readonly string[];
  /** Outputs of steps that succeeded or failed, by step. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Failures that a person is still to be asked about. */
  readonly failures: readonly OpenFailure[];
  /** The first failure that stands: the deployment will fail. */
  readonly error?: { readonly step: string; readonly cause: Cause };
  /** A failure was ignored. */
  readonly warned: boolean;
  /** Deployments of other projects that its steps asked for. */
  readonly children: readonly { readonly step: string; readonly token: number; readonly deployment: string }[];
  /** Interruptions that were raised, by id. */
  readonly asked: readonly string[];
  /** The newest token given. */
  readonly lastToken: number;
  /** Of the request that scheduled it: everything that follows belongs to it. */
  readonly correlationId: string;
  /** W3C trace context of what opened it: what comes next without anybody asking for it hangs below that. */
  readonly traceparent?: string;
  /** When its time came, and its wait for the lane began: RFC 3339 UTC. */
  readonly queuedAt?: string;
  /** The newest event: the cause of whatever comes next without anybody asking for it. */
  readonly lastEvent: string;
  /** The newest event about each step, for what comes next of that step. */
  readonly lastOf: Readonly<Record<string, string>>;
  /** Words of workers that are recorded already, in time or late, as `<token>/<kind>`: said again, they are repeats. */
  readonly heard: readonly string[];
}

export type EndedStatus = 'succeeded' | 'failed' | 'cancelled' | 'expired' | 'refused';

/** What only a running deployment has. */
interface Running {
  readonly out: readonly Out[];
}

/** The state table of domain.md §6: no state is a flag. */
export type DeploymentState =
  | { readonly status: 'none' }
  | (Known & { readonly status: 'scheduled' })
  | (Known & { readonly status: 'queued' })
  | (Known & Running & { readonly status: 'executing' })
  | (Known & { readonly status: 'awaiting-intervention'; readonly interruption: OpenInterruption })
  | (Known &
      Running & {
        readonly status: 'cancelling';
        readonly deadline: string;
        readonly by: string;
        readonly reason?: string;
        /** Somebody who was asked to end did not say what became of it. */
        readonly unanswered: boolean;
      })
  | (Known & { readonly status: EndedStatus });

export type KnownDeployment = Exclude<DeploymentState, { status: 'none' }>;
export type Executing = Extract<DeploymentState, { status: 'executing' }>;
export type AwaitingIntervention = Extract<DeploymentState, { status: 'awaiting-intervention' }>;
export type Cancelling = Extract<DeploymentState, { status: 'cancelling' }>;

export const initialDeployment: DeploymentState = { status: 'none' };

export function knownDeployment(state: DeploymentState): KnownDeployment {
  if (state.status === 'none') throw new Error('this stream holds no deployment');
  return state;
}

export function deploymentStream(deployment: string): string {
  return `deployment-${deployment}`;
}

/** The steps that are under way. */
export function outOf(state: DeploymentState): readonly Out[] {
  return state.status === 'executing' || state.status === 'cancelling' ? state.out : [];
}

export function wordKey(token: number, kind: string): string {
  return `${token}/${kind}`;
}

export function refOf({ deployment, project, release, environment }: DeploymentRef): DeploymentRef {
  return { deployment, project, release, environment };
}

/** The same, and which try of which step. */
export function attemptOf(state: KnownDeployment, { step, attempt, token }: AttemptRef): DeploymentRef & AttemptRef {
  return { ...refOf(state), step, attempt, token };
}
