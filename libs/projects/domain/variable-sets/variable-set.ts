import { patched, type RecordedEvent } from '@slipway/kernel';
import type { VariablesRevision } from '../project';
import type { VariableSetEvent } from './variable-set.events';

/** Variables that projects share: each project names the sets that it includes. */
export interface VariableSet {
  readonly slug: string;
  readonly name?: string;
  readonly description?: string;
}

export type VariableSetState =
  { readonly status: 'none' } | { readonly status: 'active'; readonly set: VariableSet; readonly variables: VariablesRevision };

export type ActiveVariableSet = Extract<VariableSetState, { status: 'active' }>;

export const initialVariableSet: VariableSetState = { status: 'none' };

export function variableSetStream(slug: string): string {
  return `variable-set-${slug}`;
}

export function evolveVariableSet(state: VariableSetState, event: RecordedEvent<VariableSetEvent>): VariableSetState {
  if (event.type === 'VariableSetCreated')
    return { status: 'active', set: event.data, variables: { revision: 0, hash: '', variables: [] } };
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'VariableSetChanged':
      return { ...state, set: patched(state.set, event.data) };
    case 'SetVariablesChanged':
      return { ...state, variables: { revision: event.data.revision, hash: event.data.hash, variables: event.data.variables } };
    default:
      return event satisfies never;
  }
}

/** The set of a stream that has one. */
export function activeVariableSet(state: VariableSetState): ActiveVariableSet {
  if (state.status === 'none') throw new Error('this stream holds no variable set');
  return state;
}
