import type { DomainEvent, EventEntries } from '@slipway/kernel';
import type { EventFilter } from './event-filter';

/** What happened between two positions, both included, is to be published in a topic of the replay's own; absent `to`: up to this event. */
export interface EventReplayRequested extends DomainEvent {
  readonly type: 'EventReplayRequested';
  readonly data: { slug: string; from: string; to?: string; stream?: string; filter: EventFilter };
}

/** All of it is in the topic; this event comes behind it there. */
export interface EventReplayFinished extends DomainEvent {
  readonly type: 'EventReplayFinished';
  readonly data: { slug: string };
}

/** Somebody does not want the rest; this event comes last in the topic. */
export interface EventReplayCancelled extends DomainEvent {
  readonly type: 'EventReplayCancelled';
  readonly data: { slug: string };
}

export type EventReplayEvent = EventReplayRequested | EventReplayFinished | EventReplayCancelled;

export const eventReplayEvents: { entries: EventEntries<EventReplayEvent> } = {
  entries: {
    EventReplayRequested: {
      sample: {
        slug: 'warehouse-2026',
        from: '1',
        to: '7',
        stream: 'project-shop',
        filter: { types: ['DeploymentConcluded'], projects: ['shop'], environments: ['production'] },
      },
    },
    EventReplayFinished: { sample: { slug: 'warehouse-2026' } },
    EventReplayCancelled: { sample: { slug: 'warehouse-2026' } },
  },
};
