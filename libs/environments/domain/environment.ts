import { patched, type RecordedEvent } from '@slipway/kernel';
import type { EnvironmentEvent, FailureMode } from './environment.events';

/** An environment as everybody sees it (interfaces.md, shapes). */
export interface Environment {
  readonly slug: string;
  readonly name?: string;
  readonly description?: string;
  /** Column order of the dashboard and order of phases; environments without one come last, oldest first. */
  readonly order?: number;
  readonly failureMode?: FailureMode;
}

export type EnvironmentState = { readonly status: 'none' } | { readonly status: 'active'; readonly environment: Environment };

export const initialEnvironment: EnvironmentState = { status: 'none' };

export function environmentStream(slug: string): string {
  return `environment-${slug}`;
}

export function evolveEnvironment(state: EnvironmentState, event: RecordedEvent<EnvironmentEvent>): EnvironmentState {
  switch (event.type) {
    case 'EnvironmentCreated':
      return { status: 'active', environment: event.data };
    case 'EnvironmentChanged':
      return state.status === 'active' ? { status: 'active', environment: patched(state.environment, event.data) } : state;
    default:
      return event satisfies never;
  }
}

/** The environment of a stream that has one. */
export function environmentOf(state: EnvironmentState): Environment {
  if (state.status === 'none') throw new Error('this stream holds no environment');
  return state.environment;
}
