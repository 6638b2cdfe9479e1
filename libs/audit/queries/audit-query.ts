import { type EventCatalogue, type RecordedEvent, utcTime } from '@slipway/kernel';
import { IsPosition, IsText, IsTime, misfit, Optional, PageQuery } from '@slipway/platform';
import { checkTypes } from './known-types';

/** Which events of the history: all that is given must hold. Names are exact. */
export class AuditQuery extends PageQuery {
  /** At this position or after it; it need not be an event's. */
  @Optional() @IsPosition() from?: string;
  @Optional() @IsText(1, 500) stream?: string;
  @Optional() @IsText(1, 200) type?: string;
  @Optional() @IsText(1, 200) actor?: string;
  /** Decided at this time or later. */
  @Optional() @IsTime() since?: string;
  /** Decided at this time or earlier. */
  @Optional() @IsTime() until?: string;
}

export interface AuditFilter {
  readonly matches: (event: RecordedEvent) => boolean;
  /** False when every event matches. */
  readonly selects: boolean;
}

/** Errors: DomainError `request.invalid` for a type that no event can have. */
export function checkType({ type }: AuditQuery, catalogue: EventCatalogue): void {
  if (type !== undefined) checkTypes(catalogue.storedTypes(), [['?type', type]]);
}

/** Errors: DomainError `request.invalid` when `since` is later than `until`. */
export function auditFilter({ from, stream, type, actor, since, until }: AuditQuery): AuditFilter {
  const first = BigInt(from ?? 0);
  const [earliest, latest] = [since === undefined ? '' : utcTime(since)!, until === undefined ? '\uffff' : utcTime(until)!];
  if (earliest > latest) throw misfit([{ pointer: '?since', message: 'must not be later than until' }]);
  const matches = (event: RecordedEvent) =>
    event.position >= first &&
    (stream === undefined || event.stream === stream) &&
    (type === undefined || event.type === type) &&
    (actor === undefined || event.metadata.actor === actor) &&
    // Times of events are UTC with milliseconds: they sort as texts. They need not rise along the log, so none of them ends a search.
    event.metadata.at >= earliest &&
    event.metadata.at <= latest;
  return { matches, selects: [type, actor, since, until].some((one) => one !== undefined) };
}
