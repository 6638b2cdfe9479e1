import type { DomainEvent, EventEntries } from '@slipway/kernel';
import type { Retention } from './retention';

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
  /** Absent: as the lifecycle says. */
  readonly retention?: Retention;
}

export interface LifecycleCreated extends DomainEvent {
  readonly type: 'LifecycleCreated';
  readonly data: { slug: string; name?: string; phases: readonly Phase[]; retention?: Retention };
}

/** Only what changed; phases are replaced whole. */
export interface LifecycleChanged extends DomainEvent {
  readonly type: 'LifecycleChanged';
  readonly data: { slug: string; name?: string | null; phases?: readonly Phase[] | null; retention?: Retention | null };
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
    retention: { days: 30 },
  },
];

export const lifecycleEvents: { entries: EventEntries<LifecycleEvent> } = {
  entries: {
    LifecycleCreated: { sample: { slug: 'web', name: 'Web shops', phases, retention: { releases: 20 } } },
    LifecycleChanged: { sample: { slug: 'web', name: null, phases, retention: { keep: 'all' } } },
  },
};
