import type { FreezeTerms } from './freeze.events';
import { dayOf, endOf, RecurringDays, type RuleEnd } from './recurrence';
import { instantsOf, wallOf } from './wall-clock';

/** In milliseconds since the epoch: from `start` on, and no longer at `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Times are RFC 3339 UTC. */
export interface FreezeWindow {
  readonly start: string;
  readonly end: string;
}

type Times = Pick<FreezeTerms, 'start' | 'end' | 'timeZone' | 'recurrence' | 'lastStart'>;

/** So many windows that touch or overlap are told as one; a longer row of them is told to end there, and goes on then. */
const MOST_MERGED = 60;

/**
 * The windows of a freeze. Each begins and ends when the wall clock of the time zone shows what it showed at the first one, so a window holds every moment
 * that those times name: where the clock is set back a start is the first of the two moments, an end the second; where it is set forward over one, it is the
 * moment of the change.
 */
class Windows {
  private readonly first: Span;
  private readonly wall: Span;
  private readonly days: RecurringDays | undefined;
  private readonly lastStart: number;

  constructor(private readonly times: Times) {
    this.first = { start: Date.parse(times.start), end: Date.parse(times.end) };
    const { timeZone, recurrence, lastStart } = times;
    this.wall = { start: wallOf(this.first.start, timeZone), end: wallOf(this.first.end, timeZone) };
    this.days = recurrence ? new RecurringDays(recurrence.rule, dayOf(this.wall.start)) : undefined;
    this.lastStart = lastStart === undefined ? Infinity : Date.parse(lastStart);
  }

  /** The one that started last, at or before an instant. */
  latest(at: number): Span | undefined {
    if (at < this.first.start) return undefined;
    if (!this.days) return this.first;
    const bound = Math.min(at, this.lastStart);
    for (let day = this.days.notAfter(dayOf(wallOf(bound, this.times.timeZone))); day !== undefined; day = this.days.notAfter(day - 1)) {
      const span = this.on(day);
      if (span.start <= bound) return span;
    }
    return this.first;
  }

  /** The next one to start after an instant. */
  following(at: number): Span | undefined {
    if (at < this.first.start) return this.first;
    if (!this.days) return undefined;
    for (let day = this.days.after(dayOf(wallOf(at, this.times.timeZone)) - 1); day !== undefined; day = this.days.after(day)) {
      const span = this.on(day);
      if (span.start > this.lastStart) return undefined;
      // Where the clock is set forward over the whole of one, there is none on that day.
      if (span.start > at && span.end > span.start) return span;
    }
    return undefined;
  }

  /** The one that is the last by what the rule says of its end. */
  last(said: RuleEnd): Span | undefined {
    if ('instant' in said) return this.latest(said.instant);
    const day = 'count' in said ? this.days?.nth(said.count) : this.days?.notAfter(said.day);
    return day === undefined ? undefined : this.on(day);
  }

  private on(day: number): Span {
    const start = this.wall.start - dayOf(this.wall.start) + day;
    if (start === this.wall.start) return this.first;
    const end = start + this.wall.end - this.wall.start;
    const { timeZone } = this.times;
    return { start: instantsOf(start, timeZone).first, end: instantsOf(end, timeZone).last };
  }
}

/** Until when an instant (RFC 3339) is frozen, windows that touch or overlap taken together; undefined: it is not. */
export function frozenUntil(times: Times, at: string): string | undefined {
  const windows = new Windows(times);
  const now = Date.parse(at);
  let until = windows.latest(now)?.end ?? now;
  if (until <= now) return undefined;
  let next = windows.following(now);
  for (let merged = 1; next && next.start <= until && merged < MOST_MERGED; merged += 1) {
    until = Math.max(until, next.end);
    next = windows.following(next.start);
  }
  return new Date(until).toISOString();
}

/** The first window that starts after an instant (RFC 3339). */
export function nextWindow(times: Times, at: string): FreezeWindow | undefined {
  const next = new Windows(times).following(Date.parse(at));
  return next && { start: new Date(next.start).toISOString(), end: new Date(next.end).toISOString() };
}

/** When the last window of a rule with an end starts; undefined: it has none, or none is within reach. */
export function lastStartOf({ start, end, timeZone, recurrence }: Omit<Times, 'lastStart'>): string | undefined {
  const said = recurrence && endOf(recurrence.rule);
  if (!said) return undefined;
  const last = new Windows({ start, end, timeZone, recurrence }).last(said);
  return last && new Date(last.start).toISOString();
}

/** The first day on which the rule has a window, from that of the start on; undefined: none is within reach. */
export function firstDayOf({ start, timeZone, recurrence }: Omit<Times, 'end' | 'lastStart'>): { day?: string; fits: boolean } {
  if (!recurrence) return { fits: true };
  const from = dayOf(wallOf(Date.parse(start), timeZone));
  const first = new RecurringDays(recurrence.rule, from).nth(1);
  return first === undefined ? { fits: false } : { fits: first === from, day: new Date(first).toISOString().slice(0, 10) };
}

/** When the last window is over; undefined: never. */
export function overAt(times: Times): string | undefined {
  const { recurrence, lastStart, end } = times;
  if (!recurrence) return end;
  const last = lastStart && new Windows(times).latest(Date.parse(lastStart));
  return last ? new Date(last.end).toISOString() : undefined;
}
