import type { FailureMode } from '@slipway/environments/contract';
import type { DomainEvent } from '@slipway/kernel';
import type { Phase, Retention } from '@slipway/lifecycles/contract';
import type { Step, Variable } from '@slipway/projects/contract';

/** The lifecycle as it was in force when the release was created, its phases spelled out. */
export interface FrozenLifecycle {
  readonly slug: string;
  readonly name?: string;
  readonly hash: string;
  /** Without rules of retention: those are the lifecycle's of the day. */
  readonly phases: readonly Omit<Phase, 'retention'>[];
}

export interface ReleaseCreated extends DomainEvent {
  readonly type: 'ReleaseCreated';
  readonly data: {
    project: string;
    version: string;
    title?: string;
    notes?: string;
    channel: string;
    process: { revision: number; hash: string; steps: readonly Step[] };
    /** Snapshot 1. */
    variables: { revision: number; hash: string; variables: readonly Variable[] };
    lifecycle: FrozenLifecycle;
    /** Over process, variables and lifecycle. */
    contentHash: string;
  };
}

/** The project's variables of now, or those of the earlier snapshot `from`, became the snapshot `snapshot` (2, 3 …); earlier ones stay readable. */
export interface VariablesUpdated extends DomainEvent {
  readonly type: 'VariablesUpdated';
  readonly data: {
    project: string;
    version: string;
    snapshot: number;
    from?: number;
    /** Of the project's variables. */
    revision: number;
    hash: string;
    variables: readonly Variable[];
  };
}

/** Every earlier phase is complete or optional: from now on its environments may be deployed to. */
export interface PhaseReached extends DomainEvent {
  readonly type: 'PhaseReached';
  readonly data: {
    project: string;
    version: string;
    phase: string;
    /** Automatic environments that were not deployed to: nobody was there to answer these required prompts. */
    unanswered?: readonly { environment: string; labels: readonly string[] }[];
  };
}

/** The release is to be taken on from one environment to a later one: the link exists from this intention on. */
export interface ReleasePromoted extends DomainEvent {
  readonly type: 'ReleasePromoted';
  readonly data: { project: string; version: string; from: string; to: string; deployment: string };
}

/** A `deploy-release` step that runs: told by its token. `ancestors`: projects above, its own last, none of which may come again. */
export interface ParentStep {
  readonly deployment: string;
  readonly step: string;
  readonly attempt: number;
  readonly token: number;
  readonly ancestors: readonly string[];
}

/** Slugs of the freezes that a deployment is let through, and why. */
export interface FreezeOverride {
  readonly reason: string;
  readonly freezes: readonly string[];
}

/** Everything that was asked for; the deployment's own stream opens from it. */
export interface DeploymentScheduled extends DomainEvent {
  readonly type: 'DeploymentScheduled';
  readonly data: {
    deployment: string;
    project: string;
    version: string;
    environment: string;
    /** When it is due, and until when it must have started. */
    at: string;
    expiresAt?: string;
    /** Step names as the process spells them. */
    excluded: readonly string[];
    /** `default` only where the lifecycle asked: its environment decides when the deployment opens. */
    failureMode: FailureMode | 'default';
    comment?: string;
    priority: boolean;
    variablesSnapshot: number;
    /** Values given to prompted variables, by variable name. */
    prompted?: Readonly<Record<string, string>>;
    /** The deployment whose options and snapshot this one repeats. */
    redeployOf?: string;
    /** The deployment that this one takes back. */
    rollbackOf?: string;
    /** The step of another project's deployment that asked for it, and waits for it. */
    parent?: ParentStep;
    /** The freezes that it was let through. */
    overrideFreeze?: FreezeOverride;
    /** The other end of the link that it belongs to. */
    promotedFrom?: string;
    /** Asked for by the lifecycle, not by a person. */
    automatic: boolean;
  };
}

/** Somebody let a deployment through freezes, with a reason: these, and no others. */
export interface FreezeOverridden extends DomainEvent {
  readonly type: 'FreezeOverridden';
  readonly data: { deployment: string; project: string; version: string; environment: string } & FreezeOverride;
}

export type DeploymentOutcome = 'succeeded' | 'failed' | 'cancelled' | 'expired' | 'refused';

/** Why a deployment did not succeed, and who ended it where somebody did. */
export interface EndCause {
  readonly code: string;
  readonly message: string;
  readonly by?: string;
}

/** A deployment of this release ended: told by its own stream, with the cause where it did not succeed. */
export interface DeploymentConcluded extends DomainEvent {
  readonly type: 'DeploymentConcluded';
  readonly data: {
    deployment: string;
    project: string;
    version: string;
    environment: string;
    outcome: DeploymentOutcome;
    started: boolean;
    endedAt: string;
    cause?: EndCause;
    /** Who waits for it. */
    parent?: ParentStep;
  };
}

/** Every deployment of the link ended without having started: it is as if nobody had promoted. */
export interface ReleaseUnlinked extends DomainEvent {
  readonly type: 'ReleaseUnlinked';
  readonly data: { project: string; version: string; from: string; to: string };
}

/** It opens no phase in which it has no success yet, until it is unblocked; again with another reason: the reason changed. */
export interface ReleaseBlocked extends DomainEvent {
  readonly type: 'ReleaseBlocked';
  readonly data: { project: string; version: string; reason: string };
}

export interface ReleaseUnblocked extends DomainEvent {
  readonly type: 'ReleaseUnblocked';
  readonly data: { project: string; version: string; reason?: string };
}

/** Retention hides it from lists: it was one too many in each of these phases. It stays readable. */
export interface ReleaseArchived extends DomainEvent {
  readonly type: 'ReleaseArchived';
  readonly data: { project: string; version: string; surplus: readonly { readonly phase: string; readonly rule: Retention }[] };
}

/** Hidden from lists; its history stays and its version is never used again. */
export interface ReleaseDeleted extends DomainEvent {
  readonly type: 'ReleaseDeleted';
  readonly data: { project: string; version: string };
}

export type ReleaseEvent =
  | ReleaseCreated
  | VariablesUpdated
  | PhaseReached
  | ReleasePromoted
  | DeploymentScheduled
  | FreezeOverridden
  | DeploymentConcluded
  | ReleaseUnlinked
  | ReleaseBlocked
  | ReleaseUnblocked
  | ReleaseArchived
  | ReleaseDeleted;
