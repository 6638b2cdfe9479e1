import type { DomainEvent, EventEntries, Patch } from '@slipway/kernel';

/** What of a freeze can be said and changed; times are RFC 3339 UTC. */
export interface FreezeTerms {
  readonly name?: string;
  readonly reason?: string;
  /** Slugs; absent: all, future ones too. */
  readonly projects?: readonly string[];
  readonly environments?: readonly string[];
  /** The first window: from `start` on, and no longer at `end`. */
  readonly start: string;
  readonly end: string;
  /** IANA name: whose wall clock a recurrence goes by. */
  readonly timeZone: string;
  /** An RFC 5545 rule; absent: the first window is the only one. */
  readonly recurrence?: { readonly rule: string };
  /** When the last window starts, worked out from the rule where it ends by COUNT or UNTIL. */
  readonly lastStart?: string;
}

export interface FreezeCreated extends DomainEvent {
  readonly type: 'FreezeCreated';
  readonly data: FreezeTerms & { slug: string };
}

/** Only what changed; null took a value away. */
export interface FreezeChanged extends DomainEvent {
  readonly type: 'FreezeChanged';
  readonly data: Patch<FreezeTerms> & { slug: string };
}

/** It freezes nothing any more; its history stays and its slug is not used again. */
export interface FreezeDeleted extends DomainEvent {
  readonly type: 'FreezeDeleted';
  readonly data: { slug: string };
}

export type FreezeEvent = FreezeCreated | FreezeChanged | FreezeDeleted;

const weekends: FreezeCreated['data'] = {
  slug: 'weekends',
  name: 'Weekends',
  reason: 'Nobody is here',
  projects: ['shop'],
  environments: ['production'],
  start: '2026-01-09T17:00:00.000Z',
  end: '2026-01-12T07:00:00.000Z',
  timeZone: 'Europe/Berlin',
  recurrence: { rule: 'FREQ=WEEKLY;COUNT=10' },
  lastStart: '2026-03-13T17:00:00.000Z',
};

export const freezeEvents: { entries: EventEntries<FreezeEvent> } = {
  entries: {
    FreezeCreated: { sample: weekends },
    FreezeChanged: { sample: { slug: 'weekends', reason: null, end: '2026-01-12T08:00:00.000Z', projects: null } },
    FreezeDeleted: { sample: { slug: 'weekends' } },
  },
};
