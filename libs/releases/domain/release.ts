import { defined, type RecordedEvent } from '@slipway/kernel';
import type { Variable } from '@slipway/projects/contract';
import type { DeploymentOutcome, FrozenLifecycle, ParentStep, ReleaseArchived, ReleaseCreated, ReleaseEvent } from './release.events';

export interface VariableSnapshot {
  readonly number: number;
  /** Of the project's variables that it was taken from. */
  readonly revision: number;
  readonly hash: string;
  readonly takenAt: string;
  readonly variables: readonly Variable[];
}

/** The connection of a release between two environments (seed 001), readable in both directions. */
export interface PromotionLink {
  readonly from: string;
  readonly to: string;
  /** The deployment that made it, when, and the event. */
  readonly deployment: string;
  readonly at: string;
  readonly event: string;
}

/** What the release knows of one of its deployments. */
export interface ReleaseDeployment {
  readonly deployment: string;
  readonly environment: string;
  readonly variablesSnapshot: number;
  readonly promotedFrom?: string;
  readonly scheduledEvent: string;
  readonly parent?: ParentStep;
  /** Slugs of the freezes that it was let through. */
  readonly overridden?: readonly string[];
  /** Set once it ended. */
  readonly concluded?: {
    readonly outcome: DeploymentOutcome;
    readonly started: boolean;
    readonly at: string;
    readonly event: string;
    readonly position: bigint;
  };
}

/** Why a release was blocked, by whom, when, and the event. */
export interface Block {
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly event: string;
}

/** In which phases retention found it one too many, when, and the event. */
export interface Archival {
  readonly surplus: ReleaseArchived['data']['surplus'];
  readonly at: string;
  readonly event: string;
}

interface ReleaseFacts {
  readonly project: string;
  readonly version: string;
  readonly title?: string;
  readonly notes?: string;
  readonly channel: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly createdEvent: string;
  readonly contentHash: string;
  readonly process: ReleaseCreated['data']['process'];
  readonly lifecycle: FrozenLifecycle;
  /** In the order they were taken; the last one is in force. */
  readonly snapshots: readonly VariableSnapshot[];
  readonly links: readonly PromotionLink[];
  /** In the order they were scheduled. */
  readonly deployments: readonly ReleaseDeployment[];
  readonly phasesReached: readonly string[];
}

/** Blocked: opens no further phase (domain.md §2). Archived: hidden from lists by retention (§8), and not deployed any more. */
export type KnownRelease = ReleaseFacts &
  (
    | { readonly status: 'active' }
    | { readonly status: 'blocked'; readonly blocked: Block }
    | { readonly status: 'archived'; readonly archived: Archival }
    | { readonly status: 'deleted' }
  );

export type ReleaseState = { readonly status: 'none' } | KnownRelease;

export const initialRelease: ReleaseState = { status: 'none' };

export function releaseStream(project: string, version: string): string {
  return `release-${project}@${version}`;
}

/** A release as it stands right after its creation. */
export function newRelease(data: ReleaseCreated['data'], created: { at: string; by: string; event: string }): KnownRelease {
  const { variables, ...frozen } = data;
  return {
    ...frozen,
    status: 'active',
    createdAt: created.at,
    createdBy: created.by,
    createdEvent: created.event,
    snapshots: [{ number: 1, revision: variables.revision, hash: variables.hash, takenAt: created.at, variables: variables.variables }],
    links: [],
    deployments: [],
    phasesReached: [],
  };
}

export function evolveRelease(state: ReleaseState, event: RecordedEvent<ReleaseEvent>): ReleaseState {
  const { id, metadata } = event;
  if (event.type === 'ReleaseCreated') return newRelease(event.data, { at: metadata.at, by: metadata.actor, event: id });
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'VariablesUpdated': {
      const { snapshot, revision, hash, variables } = event.data;
      return { ...state, snapshots: [...state.snapshots, { number: snapshot, revision, hash, takenAt: metadata.at, variables }] };
    }
    case 'PhaseReached':
      return { ...state, phasesReached: [...state.phasesReached, event.data.phase] };
    case 'ReleasePromoted': {
      const { from, to, deployment } = event.data;
      return { ...state, links: [...state.links, { from, to, deployment, at: metadata.at, event: id }] };
    }
    case 'DeploymentScheduled': {
      const { deployment, environment, variablesSnapshot, promotedFrom, parent } = event.data;
      const asked = defined({ deployment, environment, variablesSnapshot, promotedFrom, parent, scheduledEvent: id });
      return { ...state, deployments: [...state.deployments, asked] };
    }
    case 'FreezeOverridden': {
      const { deployment, freezes: overridden } = event.data;
      return { ...state, deployments: state.deployments.map((one) => (one.deployment === deployment ? { ...one, overridden } : one)) };
    }
    case 'DeploymentConcluded': {
      const { deployment, outcome, started, endedAt } = event.data;
      const concluded = { outcome, started, at: endedAt, event: id, position: event.position };
      return { ...state, deployments: state.deployments.map((one) => (one.deployment === deployment ? { ...one, concluded } : one)) };
    }
    case 'ReleaseUnlinked': {
      const { from, to } = event.data;
      return { ...state, links: state.links.filter((link) => link.from !== from || link.to !== to) };
    }
    case 'ReleaseBlocked':
      return { ...state, status: 'blocked', blocked: { reason: event.data.reason, by: metadata.actor, at: metadata.at, event: id } };
    case 'ReleaseUnblocked':
      return unblocked(state);
    case 'ReleaseArchived':
      return { ...unblocked(state), status: 'archived', archived: { surplus: event.data.surplus, at: metadata.at, event: id } };
    case 'ReleaseDeleted':
      return { ...state, status: 'deleted' };
    default:
      return event satisfies never;
  }
}

/** The release as it stands once nothing blocks it. */
export function unblocked(release: KnownRelease): KnownRelease {
  if (release.status !== 'blocked') return release;
  const { blocked: _, ...rest } = release;
  return { ...rest, status: 'active' };
}

/** The release of a stream that has one. */
export function knownRelease(state: ReleaseState): KnownRelease {
  if (state.status === 'none') throw new Error('this stream holds no release');
  return state;
}
