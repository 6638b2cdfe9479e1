import { type Clock, type DomainError, eventAt, type EventStore, positionAt, utcTime } from '@slipway/kernel';
import { misfit } from '../validation/misfit';

/** An earlier moment that a query asks about: everything up to its position had happened by then. */
export interface Moment {
  /** The time that was asked for, or that of the last event up to the position: RFC 3339 UTC with milliseconds. */
  readonly at: string;
  readonly position: bigint;
}

/** The moment that `asOf` names, a time or a position, in a log that ends at `head`. Errors: DomainError `request.invalid` for one that is yet to come. */
export async function momentOf(asOf: string, log: { events: EventStore; clock: Clock; head: bigint }): Promise<Moment> {
  const { events, clock, head } = log;
  const [time, now] = [utcTime(asOf), clock.timestamp()];
  if (time !== undefined) {
    if (time > now) throw yetToCome(`must not be later than now, ${now}`);
    return { at: time, position: await positionAt(events, time, head) };
  }
  const position = BigInt(asOf);
  if (position > head) throw yetToCome(`must not be greater than ${head}, where the log ends`);
  const event = await eventAt(events, position, head);
  return { at: event?.metadata.at ?? now, position };
}

function yetToCome(message: string): DomainError {
  return misfit([{ pointer: '?asOf', message }]);
}
