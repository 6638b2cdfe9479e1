import { patched, type RecordedEvent } from '@slipway/kernel';
import type { LifecycleEvent, Phase } from './lifecycle.events';
import type { Retention } from './retention';

export interface Lifecycle {
  readonly slug: string;
  readonly name?: string;
  /** Without phases: one phase per environment, in the order of the environments. */
  readonly phases: readonly Phase[];
  /** Of the phases that say nothing else; absent: all releases are kept. */
  readonly retention?: Retention;
}

export type LifecycleState = { readonly status: 'none' } | { readonly status: 'active'; readonly lifecycle: Lifecycle };

export const initialLifecycle: LifecycleState = { status: 'none' };

export function lifecycleStream(slug: string): string {
  return `lifecycle-${slug}`;
}

export function evolveLifecycle(state: LifecycleState, event: RecordedEvent<LifecycleEvent>): LifecycleState {
  switch (event.type) {
    case 'LifecycleCreated':
      return { status: 'active', lifecycle: event.data };
    case 'LifecycleChanged':
      return state.status === 'active' ? { status: 'active', lifecycle: patched(state.lifecycle, event.data) } : state;
    default:
      return event satisfies never;
  }
}

/** The lifecycle of a stream that has one. */
export function lifecycleOf(state: LifecycleState): Lifecycle {
  if (state.status === 'none') throw new Error('this stream holds no lifecycle');
  return state.lifecycle;
}
