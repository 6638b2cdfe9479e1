import fc from 'fast-check';
import { settled } from './freeze-terms';
import { frozenUntil, nextWindow } from './windows';

const SEED = Number(process.env['SEED'] ?? 20_260_105);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const QUARTER = HOUR / 4;
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

interface Rule {
  readonly freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  readonly interval: number;
  readonly weekdays: readonly number[];
  readonly end: 'none' | 'count' | 'until';
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minutes of a wall clock, as Intl tells them. */
function wallMinute(instant: number, timeZone: string): number {
  const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...parts });
  clocks.set(timeZone, clock);
  const of = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(of['year']!, of['month']! - 1, of['day'], of['hour'], of['minute']) / 60_000;
}

/** The days of a rule, by asking every single day from the first one on. */
function daysOf({ freq, interval, weekdays }: Rule, first: number, last: number): number[] {
  const start = new Date(first);
  const weekOf = (day: number) => Math.floor((day / DAY + 3) / 7);
  const days: number[] = [];
  for (let day = first; day <= last; day += DAY) {
    const date = new Date(day);
    const months = (date.getUTCFullYear() - start.getUTCFullYear()) * 12 + date.getUTCMonth() - start.getUTCMonth();
    const named = weekdays.length === 0 || weekdays.includes(date.getUTCDay());
    const sameDate = date.getUTCDate() === start.getUTCDate();
    const fits = {
      DAILY: (day - first) % (interval * DAY) === 0 && named,
      WEEKLY: (weekOf(day) - weekOf(first)) % interval === 0 && (weekdays.length > 0 ? named : date.getUTCDay() === start.getUTCDay()),
      MONTHLY: months % interval === 0 && (weekdays.length > 0 ? named : sameDate),
      YEARLY: months % (12 * interval) === 0 && sameDate && weekdays.length === 0,
    };
    if (fits[freq]) days.push(day);
  }
  return days;
}

const rules: fc.Arbitrary<Rule> = fc.record({
  freq: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
  interval: fc.integer({ min: 1, max: 4 }),
  weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { maxLength: 3 }),
  end: fc.constantFrom('none', 'count', 'until'),
});
const freezes = fc.record({
  rule: rules,
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
  // Around the changes of the clock, so that some window meets one.
  start: fc.constantFrom('2026-03-20', '2026-10-16', '2026-04-01', '2024-02-29', '2025-12-31').map((day) => Date.parse(day)),
  minute: fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15),
  length: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 90, max: 400 })).map((quarters) => quarters * 15),
});

describe(`the windows of random freezes (seed ${SEED})`, () => {
  it('are those of a model that asks every quarter of an hour what the clock on the wall shows', () => {
    fc.assert(
      fc.property(freezes, fc.integer({ min: 0, max: 40 }), ({ rule, timeZone, start: day, minute, length }, later) => {
        const weekdays = rule.freq === 'YEARLY' ? [] : rule.weekdays;
        const days = daysOf({ ...rule, weekdays }, day, day + 500 * DAY);
        // The first window stands on a day of the rule.
        const first = days[0] ?? day;
        const all = daysOf({ ...rule, weekdays }, first, first + 120 * DAY);
        const start = fromWall(first / 60_000 + minute, timeZone);
        const end = start === undefined ? undefined : fromWall(first / 60_000 + minute + length, timeZone);
        fc.pre(start !== undefined && end !== undefined && all[0] === first);
        const kept = rule.end === 'none' ? all : all.slice(0, 5);
        const until = new Date(kept.at(-1)!).toISOString().slice(0, 10).replaceAll('-', '');
        const tail = { none: '', count: `;COUNT=${kept.length}`, until: `;UNTIL=${until}` }[rule.end];
        const named = weekdays.length > 0 ? `;BYDAY=${weekdays.map((one) => WEEKDAYS[one]).join()}` : '';
        const text = `FREQ=${rule.freq};INTERVAL=${rule.interval}${named}${tail}`;
        const terms = settled({ ...spanOf(start, end), timeZone, recurrence: { rule: text } });
        const walls = kept.map((one) => [one / 60_000 + minute, one / 60_000 + minute + length] as const);
        const model = { timeZone, start, walls, end: first + 120 * DAY };
        const from = first + later * DAY;
        for (let at = from - 12 * HOUR; at < from + 24 * HOUR; at += QUARTER) expectAt(terms, at, model);
      }),
      { seed: SEED, numRuns: 40 },
    );
  });
});

/** The instant that alone shows a wall clock's minute; undefined where there is none or two. */
function fromWall(minute: number, timeZone: string): number | undefined {
  const instants: number[] = [];
  for (let at = minute - 14 * 60; at <= minute + 14 * 60; at += 15)
    if (wallMinute(at * 60_000, timeZone) === minute) instants.push(at * 60_000);
  return instants.length === 1 ? instants[0] : undefined;
}

function spanOf(start: number, end: number) {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

interface Model {
  readonly timeZone: string;
  readonly start: number;
  readonly walls: readonly (readonly [from: number, to: number])[];
  /** What it knows. */
  readonly end: number;
}

/** Whether the clock on the wall shows a time of some window. */
function named({ timeZone, start, walls }: Model, at: number): boolean {
  const wall = wallMinute(at, timeZone);
  return at >= start && walls.some(([from, to]) => from <= wall && wall < to);
}

/** Where the clock is set back over a window, the time between its two halves belongs to it. */
function between(model: Model, at: number): boolean {
  const isSetBack = wallMinute(at + 2 * HOUR, model.timeZone) - wallMinute(at - 2 * HOUR, model.timeZone) < 240;
  const quarters = [1, 2, 3, 4].map((number) => number * QUARTER);
  return isSetBack && quarters.some((time) => named(model, at - time)) && quarters.some((time) => named(model, at + time));
}

function expectAt(terms: Parameters<typeof frozenUntil>[0], at: number, model: Model): void {
  const frozen = (time: number) => named(model, time) || between(model, time);
  const text = new Date(at).toISOString();
  expect([text, frozenUntil(terms, text) !== undefined]).toEqual([text, frozen(at)]);
  if (at % (12 * HOUR) !== 0) return;
  const next = nextWindow(terms, text);
  const bound = Math.min(model.end, at + 2 * DAY);
  const start = next ? Date.parse(next.start) : bound;
  if (next && start < bound) expect([text, next.start, frozen(start)]).toEqual([text, next.start, true]);
  // Between now and then nothing begins.
  for (let time = at + QUARTER; time < Math.min(start, bound); time += QUARTER)
    if (frozen(time)) expect([text, frozen(time - QUARTER)]).toEqual([text, true]);
}
