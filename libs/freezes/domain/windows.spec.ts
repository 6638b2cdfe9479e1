import { frozenUntil, nextWindow, overAt } from './windows';

const weekend = { start: '2026-01-09T17:00:00.000Z', end: '2026-01-12T07:00:00.000Z', timeZone: 'Europe/Berlin' };
const weekly = { ...weekend, recurrence: { rule: 'FREQ=WEEKLY;BYDAY=FR' } };
const until = (times: typeof weekly | typeof weekend, at: string) => frozenUntil(times, `${at}:00.000Z`);
/** A nightly window by the wall clock of Berlin, from a day in January on. */
const nightly = (from: string, to: string) => ({
  start: `2026-01-10T${from}:00.000+01:00`,
  end: `2026-01-10T${to}:00.000+01:00`,
  timeZone: 'Europe/Berlin',
  recurrence: { rule: 'FREQ=DAILY' },
});
const windowFrom = (times: typeof weekly, at: string) => {
  const next = nextWindow(times, `${at}:00.000Z`);
  return next && [next.start.slice(5, 16), next.end.slice(5, 16)];
};

describe('the windows of a freeze', () => {
  it('hold their start, and not their end', () => {
    expect(until(weekend, '2026-01-09T16:59')).toBeUndefined();
    expect(until(weekend, '2026-01-09T17:00')).toBe('2026-01-12T07:00:00.000Z');
    expect(until(weekend, '2026-01-12T06:59')).toBe('2026-01-12T07:00:00.000Z');
    expect(until(weekend, '2026-01-12T07:00')).toBeUndefined();
  });

  it('begin no earlier than the first: what is to come does not freeze today', () => {
    expect(until(weekly, '2026-01-02T18:00')).toBeUndefined();
    expect(nextWindow(weekly, '2026-01-02T18:00:00.000Z')).toEqual({ start: weekend.start, end: weekend.end });
  });

  it('come again as the rule says, at the times of the wall clock', () => {
    expect(until(weekly, '2026-01-16T17:00')).toBe('2026-01-19T07:00:00.000Z');
    expect(until(weekly, '2026-07-10T15:59')).toBeUndefined();
    // 18:00 to 08:00 in Berlin, in summer an hour earlier for the rest of the world.
    expect(until(weekly, '2026-07-10T16:00')).toBe('2026-07-13T06:00:00.000Z');
    // Into the weekend on which the clock is set forward.
    expect(until(weekly, '2026-03-28T00:00')).toBe('2026-03-30T06:00:00.000Z');
  });

  it('end with the last one', () => {
    const twice = { ...weekly, recurrence: { rule: 'FREQ=WEEKLY;COUNT=2' }, lastStart: '2026-01-16T17:00:00.000Z' };
    expect(until(twice, '2026-01-17T00:00')).toBe('2026-01-19T07:00:00.000Z');
    expect(until(twice, '2026-01-24T00:00')).toBeUndefined();
    expect(nextWindow(twice, '2026-01-17T00:00:00.000Z')).toBeUndefined();
    expect(overAt(twice)).toBe('2026-01-19T07:00:00.000Z');
    expect([overAt(weekend), overAt(weekly)]).toEqual([weekend.end, undefined]);
  });

  it('are one where they touch or overlap', () => {
    const days = { start: '2026-01-09T00:00:00.000Z', end: '2026-01-10T00:00:00.000Z', timeZone: 'UTC' };
    const touching = { ...days, recurrence: { rule: 'FREQ=WEEKLY;BYDAY=FR,SA,SU' } };
    expect(until(touching, '2026-01-09T12:00')).toBe('2026-01-12T00:00:00.000Z');
    expect(until({ ...touching, end: '2026-01-11T12:00:00.000Z' }, '2026-01-09T12:00')).toBe('2026-01-13T12:00:00.000Z');
    expect(nextWindow(touching, '2026-01-12T00:00:00.000Z')?.start).toBe('2026-01-16T00:00:00.000Z');
    // Without a gap for ever: what is told is a time until which it surely holds.
    const always = { ...days, recurrence: { rule: 'FREQ=DAILY' } };
    expect(until(always, '2030-05-05T12:00')).toBe('2030-07-04T00:00:00.000Z');
    expect(until(always, '2030-07-04T00:00')).toBe('2030-09-02T00:00:00.000Z');
  });

  it('hold every moment that their times name where the clock is set back', () => {
    expect(windowFrom(nightly('02:15', '02:45'), '2026-10-24T12:00')).toEqual(['10-25T00:15', '10-25T01:45']);
    expect(windowFrom(nightly('01:00', '02:00'), '2026-10-24T12:00')).toEqual(['10-24T23:00', '10-25T01:00']);
  });

  it('begin and end at the change where the clock is set forward over their times; none is left of what lies within', () => {
    expect(windowFrom(nightly('01:00', '02:30'), '2026-03-28T12:00')).toEqual(['03-29T00:00', '03-29T01:00']);
    expect(windowFrom(nightly('02:30', '04:00'), '2026-03-28T12:00')).toEqual(['03-29T01:00', '03-29T02:00']);
    expect(windowFrom(nightly('02:15', '02:45'), '2026-03-28T12:00')).toEqual(['03-30T00:15', '03-30T00:45']);
    expect(until(nightly('02:15', '02:45'), '2026-03-29T01:00')).toBeUndefined();
  });

  it('keep the first one as it was said, where the wall clock alone would leave it open', () => {
    const second = { start: '2026-10-25T01:10:00.000Z', end: '2026-10-25T01:40:00.000Z', timeZone: 'Europe/Berlin' };
    const yearly = { ...second, recurrence: { rule: 'FREQ=YEARLY' } };
    expect(until(yearly, '2026-10-25T00:20')).toBeUndefined();
    expect(until(yearly, '2026-10-25T01:10')).toBe(second.end);
  });

  it.each([
    'FREQ=DAILY',
    'FREQ=DAILY;INTERVAL=1000',
    'FREQ=DAILY;INTERVAL=1000;BYMONTH=1;BYDAY=TH',
    'FREQ=WEEKLY;BYDAY=TH',
    'FREQ=MONTHLY;BYDAY=1TH',
    'FREQ=YEARLY',
    'FREQ=YEARLY;INTERVAL=1000',
  ])('since 1970 by %s are found as fast as those since yesterday', (rule) => {
    const times = { start: '1970-01-01T00:00:00.000Z', end: '1970-01-01T10:00:00.000Z', timeZone: 'UTC', recurrence: { rule } };
    const before = process.cpuUsage().user;
    for (let day = 1; day <= 20; day += 1) {
      const at = `2099-12-${String(day).padStart(2, '0')}T05:00:00.000Z`;
      frozenUntil(times, at);
      nextWindow(times, at);
    }
    expect(process.cpuUsage(undefined).user - before).toBeLessThan(3_000_000);
  });
});
