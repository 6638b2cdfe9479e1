import type { DomainEvent, EventEntries } from '@slipway/kernel';

export interface PhaseEnvironment {
  readonly environment: string;
  /** Entering the phase queues a deployment here by itself. */
  readonly automatic: boolean;
}

export interface Phase {
  readonly name: string;
  readonly environments: readonly PhaseEnvironment[];
  /** How many of the environments must have had a success; absent: all. */
  readonly minimum?: number;
  /** Later phases open without it. */
  readonly optional: boolean;
}

export interface LifecycleCreated extends DomainEvent {
  readonly type: 'LifecycleCreated';
  readonly data: { slug: string; name?: string; phases: readonly Phase[] };
}

/** Only what changed; phases are replaced whole. */
export interface LifecycleChanged extends DomainEvent {
  readonly type: 'LifecycleChanged';
  readonly data: { slug: string; name?: string | null; phases?: readonly Phase[] | null };
}

export type LifecycleEvent = LifecycleCreated | LifecycleChanged;

const phases: Phase[] = [
  { name: 'Build', environments: [{ environment: 'development', automatic: true }], optional: false },
  {
    name: 'Try',
    environments: [
      { environment: 'staging', automatic: false },
      { environment: 'qa', automatic: false },
    ],
    minimum: 1,
    optional: false,
  },
];

export const lifecycleEvents: { entries: EventEntries<LifecycleEvent> } = {
  entries: {
    LifecycleCreated: { sample: { slug: 'web', name: 'Web shops', phases } },
    LifecycleChanged: { sample: { slug: 'web', name: null, phases } },
  },
};
