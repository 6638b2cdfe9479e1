import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { auditEvent, checkTypes } from '@slipway/audit/contract';
import { defined, EventCatalogue, EventStore, type RecordedEvent } from '@slipway/kernel';
import {
  Followed,
  type FollowedMessage,
  IsPosition,
  IsSlug,
  IsText,
  misfit,
  Optional,
  positionOf,
  ReadModels,
  ReadQuery,
} from '@slipway/platform';
import { type EventFilter, matchesFilter } from '../domain/event-filter';

/** Events read at a time for one client: they may have a megabyte each, and a hundred clients may be slow. */
const READ_AT_ONCE = 20;
/** After so many positions without an event for a client it is told the place alone: what is rare would else be searched for from far back after each break. */
const PLACE_EVERY = 500n;
const LAST_EVENT_ID = 'header:Last-Event-ID';

/** Which events to follow: all that is given must hold. */
export class EventsQuery extends ReadQuery {
  /** At this position or after it, which may be ahead of the log; absent: what happens from now on. */
  @Optional() @IsPosition() from?: string;
  @Optional() @IsText(1, 200) type?: string;
  @Optional() @IsText(1, 500) stream?: string;
  @Optional() @IsSlug() project?: string;
  @Optional() @IsSlug() environment?: string;
}

export class FollowEvents {
  constructor(
    readonly query: EventsQuery,
    readonly lastEventId?: string,
  ) {}
}

/** Events as the audit shows them, as they happen. Complete and in log order, since they are read from the log. */
@QueryHandler(FollowEvents)
export class FollowEventsHandler implements IQueryHandler<FollowEvents> {
  constructor(
    private readonly models: ReadModels,
    private readonly events: EventStore,
    private readonly catalogue: EventCatalogue,
  ) {}

  /** Errors: DomainError `request.invalid` for a type that no event has, or a Last-Event-ID that is no position, or none that this log has reached. */
  async execute({ query, lastEventId }: FollowEvents): Promise<Followed> {
    if (query.type !== undefined) checkTypes(this.catalogue.storedTypes(), [['?type', query.type]]);
    const wanted = startOf(query, lastEventId);
    const head = await this.models.head(positionOf(query));
    // Of a log that went on differently: what came since then would be skipped in silence.
    if (lastEventId !== undefined && wanted !== undefined && wanted > head)
      throw misfit([{ pointer: LAST_EVENT_ID, message: `must not be greater than ${head}, where the log ends (was a backup restored?)` }]);
    const after = wanted ?? head;
    return new Followed((signal) => this.follow(query, after, signal), after);
  }

  private async *follow(query: EventsQuery, after: bigint, signal: AbortSignal): AsyncGenerator<FollowedMessage, void, undefined> {
    let told = after;
    const filter = filterOf(query);
    const isWanted = (event: RecordedEvent) =>
      (query.stream === undefined || event.stream === query.stream) && matchesFilter(filter, event);
    for await (const { events } of this.events.subscribe({ after, signal, maxBatch: READ_AT_ONCE })) {
      for (const event of events) {
        const id = event.position.toString();
        if (isWanted(event)) yield { id, event: event.type, data: auditEvent(event) };
        else if (event.position - told < PLACE_EVERY) continue;
        else yield { id };
        told = event.position;
      }
    }
  }
}

/** Behind which position to begin; undefined: behind the head. */
function startOf({ from }: EventsQuery, lastEventId: string | undefined): bigint | undefined {
  if (lastEventId !== undefined) {
    if (/^\d{1,19}$/.test(lastEventId)) return BigInt(lastEventId);
    throw misfit([{ pointer: LAST_EVENT_ID, message: 'must be the id of an event as this stream gave it: a position' }]);
  }
  if (from === undefined) return undefined;
  const first = BigInt(from);
  return first > 0n ? first - 1n : first;
}

function filterOf({ type, project, environment }: EventsQuery): EventFilter {
  const only = (name: string | undefined) => (name === undefined ? undefined : [name]);
  return defined({ types: only(type), projects: only(project), environments: only(environment) });
}
