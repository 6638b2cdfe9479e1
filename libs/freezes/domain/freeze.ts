import { patched, type RecordedEvent } from '@slipway/kernel';
import type { FreezeEvent, FreezeTerms } from './freeze.events';

/** A time in which nothing is deployed, once or again and again, over projects × environments. */
export interface Freeze extends FreezeTerms {
  readonly slug: string;
}

/** With the events that made it what it is: the first and the latest. */
export interface KnownFreeze extends Freeze {
  readonly events: readonly string[];
}

export type FreezeState =
  | { readonly status: 'none' }
  | { readonly status: 'active'; readonly freeze: KnownFreeze }
  | { readonly status: 'deleted'; readonly freeze: KnownFreeze };

export const initialFreeze: FreezeState = { status: 'none' };

export function freezeStream(slug: string): string {
  return `freeze-${slug}`;
}

export function evolveFreeze(state: FreezeState, event: RecordedEvent<FreezeEvent>): FreezeState {
  switch (event.type) {
    case 'FreezeCreated':
      return { status: 'active', freeze: created(event.data, event.id) };
    case 'FreezeChanged':
      return state.status === 'active' ? { status: 'active', freeze: changed(state.freeze, event.data, event.id) } : state;
    case 'FreezeDeleted':
      return state.status === 'active' ? { status: 'deleted', freeze: state.freeze } : state;
    default:
      return event satisfies never;
  }
}

export function created(freeze: Freeze, event: string): KnownFreeze {
  return { ...freeze, events: [event] };
}

export function changed(freeze: KnownFreeze, patch: Extract<FreezeEvent, { type: 'FreezeChanged' }>['data'], event: string): KnownFreeze {
  return { ...patched<Freeze>(freeze, patch), events: [...freeze.events.slice(0, 1), event] };
}

/** The freeze of a stream that has one, deleted or not. */
export function freezeOf(state: FreezeState): KnownFreeze {
  if (state.status === 'none') throw new Error('this stream holds no freeze');
  return state.freeze;
}

/** Whether deployments of this project to this environment are meant. */
export function concerns(freeze: Freeze, project: string, environment: string): boolean {
  return (freeze.projects?.includes(project) ?? true) && (freeze.environments?.includes(environment) ?? true);
}
