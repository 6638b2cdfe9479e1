import type { DomainEvent, EventEntries } from '@slipway/kernel';

export const FAILURE_MODES = ['fail', 'guided'] as const;
export type FailureMode = (typeof FAILURE_MODES)[number];

export interface EnvironmentCreated extends DomainEvent {
  readonly type: 'EnvironmentCreated';
  readonly data: { slug: string; name?: string; description?: string; order?: number; failureMode?: FailureMode };
}

/** Only what changed; null took a value away. */
export interface EnvironmentChanged extends DomainEvent {
  readonly type: 'EnvironmentChanged';
  readonly data: {
    slug: string;
    name?: string | null;
    description?: string | null;
    order?: number | null;
    failureMode?: FailureMode | null;
  };
}

export type EnvironmentEvent = EnvironmentCreated | EnvironmentChanged;

export const environmentEvents: { entries: EventEntries<EnvironmentEvent> } = {
  entries: {
    EnvironmentCreated: {
      sample: { slug: 'production', name: 'Production', description: 'What customers see', order: 30, failureMode: 'fail' },
    },
    EnvironmentChanged: { sample: { slug: 'production', name: 'Live', description: null } },
  },
};
