import { defined, EventCatalogue, EventStore, type Handled, Streams } from '@slipway/kernel';
import { CommandMessage, DecisionHandler, Handles, IsPart, IsPosition, IsSlug, IsText, Optional, SlipwayCommand } from '@slipway/platform';
import { type EventReplayState, eventReplayStream } from '../domain/event-replay';
import { type EventReplayCommand, eventReplayDecider, type ReplayEventsCommand } from '../domain/event-replay.decider';
import type { EventReplayEvent } from '../domain/event-replay.events';
import { eventReplayResource } from '../queries/event-replay-resource';
import { eventFilter, EventFilterInput } from './event-filter-input';
import { checkReplayRange } from './replay-range';

/** Publishes what happened once more, in a topic of its own: for a consumer that starts late. */
@SlipwayCommand('public')
export class ReplayEvents extends CommandMessage {
  @IsSlug() slug!: string;
  @Optional() @IsPosition() from?: string;
  @Optional() @IsPosition() to?: string;
  @Optional() @IsText(1, 500) stream?: string;
  @Optional() @IsPart(EventFilterInput) filter?: EventFilterInput;
}

@Handles(ReplayEvents)
export class ReplayEventsHandler extends DecisionHandler<ReplayEvents, EventReplayCommand, EventReplayState, EventReplayEvent> {
  protected readonly decider = eventReplayDecider;
  protected readonly mode = 'new';

  constructor(
    streams: Streams,
    private readonly events: EventStore,
    private readonly catalogue: EventCatalogue,
  ) {
    super(streams);
  }

  protected stream({ slug }: ReplayEvents): string {
    return eventReplayStream(slug);
  }

  /** Errors: those of checkReplayRange and eventFilter. */
  protected async command({ slug, from = '0', to, stream, filter = {}, meta }: ReplayEvents): Promise<ReplayEventsCommand> {
    checkReplayRange(from, to, await this.events.head());
    // Events are published as they are stored, so under retired names too.
    const asked = { slug, from, to, stream, filter: eventFilter(filter, this.catalogue.storedTypes()) };
    return { type: 'ReplayEvents', data: defined(asked), meta };
  }

  protected answer({ state }: Handled<EventReplayState, EventReplayEvent>): object {
    return eventReplayResource(state);
  }
}
