import { patched, type RecordedEvent } from '@slipway/kernel';
import { type Channel, IMPLICIT_CHANNELS } from './channels/channel';
import type { Step } from './process/step';
import type { ProjectEvent } from './project.events';
import type { Variable } from './variables/variable';

export interface Project {
  readonly slug: string;
  readonly name?: string;
  readonly description?: string;
  readonly lifecycle: string;
  /** Makes the version of a release that is given none; absent: DEFAULT_VERSION_TEMPLATE. */
  readonly versionTemplate?: string;
  /** A deployment that is queued cancels the older ones that wait in its lane. */
  readonly supersedeQueued?: boolean;
  /** Slugs of the variable sets that it includes; of values with equal rank the set named first wins. */
  readonly variableSets?: readonly string[];
}

/** What a release is cut from: revision 0 is the empty one that a new project has. */
export interface ProcessRevision {
  readonly revision: number;
  readonly hash: string;
  readonly steps: readonly Step[];
}

export interface VariablesRevision {
  readonly revision: number;
  readonly hash: string;
  readonly variables: readonly Variable[];
}

export interface ChannelsRevision {
  readonly revision: number;
  readonly hash: string;
  readonly channels: readonly Channel[];
}

export type ProjectState =
  | { readonly status: 'none' }
  | {
      readonly status: 'active';
      readonly project: Project;
      readonly process: ProcessRevision;
      readonly variables: VariablesRevision;
      readonly channels: ChannelsRevision;
    };

export type ActiveProject = Extract<ProjectState, { status: 'active' }>;

export const initialProject: ProjectState = { status: 'none' };

export function projectStream(slug: string): string {
  return `project-${slug}`;
}

export function evolveProject(state: ProjectState, event: RecordedEvent<ProjectEvent>): ProjectState {
  if (event.type === 'ProjectCreated') {
    return {
      status: 'active',
      project: event.data,
      process: { revision: 0, hash: '', steps: [] },
      variables: { revision: 0, hash: '', variables: [] },
      channels: { revision: 0, hash: '', channels: IMPLICIT_CHANNELS },
    };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'ProjectChanged':
      return { ...state, project: patched(state.project, event.data) };
    case 'ProcessChanged':
      return { ...state, process: { revision: event.data.revision, hash: event.data.hash, steps: event.data.steps } };
    case 'VariablesChanged':
      return { ...state, variables: { revision: event.data.revision, hash: event.data.hash, variables: event.data.variables } };
    case 'ChannelsChanged':
      return { ...state, channels: { revision: event.data.revision, hash: event.data.hash, channels: event.data.channels } };
    default:
      return event satisfies never;
  }
}

/** The project of a stream that has one. */
export function activeProject(state: ProjectState): ActiveProject {
  if (state.status === 'none') throw new Error('this stream holds no project');
  return state;
}
