import { deciderSpec, refusalOf } from '@slipway/kernel/testing';
import { freezeDecider } from './freeze.decider';
import type { FreezeEvent } from './freeze.events';

const { given } = deciderSpec(freezeDecider);
const once = { slug: 'sale', start: '2026-01-10T00:00:00.000Z', end: '2026-01-12T00:00:00.000Z', timeZone: 'UTC' };
const created: FreezeEvent = { type: 'FreezeCreated', data: { ...once, reason: 'Winter sale' } };
const weekly = { ...once, timeZone: 'Europe/Berlin', recurrence: { rule: 'FREQ=WEEKLY' } };
const create = (more: object = {}) => given().when({ type: 'CreateFreeze', data: { ...once, ...more } });

const problems = (more: object) => refusalOf(() => create(more).decided())?.errors;
/** Where a freeze with these terms is found at fault. */
const faults = (more: object) => problems(more)?.map(({ pointer }) => pointer) ?? 'accepted';

describe('a freeze', () => {
  it('is created with what was said of it', () => {
    create({ reason: 'Winter sale' }).then([created]);
  });

  it('may have begun already, but not be over', () => {
    create({ start: '2026-01-01T00:00:00.000Z' }).then([{ type: 'FreezeCreated', data: { ...once, start: '2026-01-01T00:00:00.000Z' } }]);
    create({ start: '2026-01-01T00:00:00.000Z', end: '2026-01-05T08:00:00.000Z' }).refused('freeze.over');
    create({ start: '2025-01-01T00:00:00.000Z', end: '2025-01-02T00:00:00.000Z', recurrence: { rule: 'FREQ=DAILY;COUNT=3' } }).refused(
      'freeze.over',
    );
    expect(faults({ start: '1970-01-01T00:00:00.000Z', end: '1970-01-01T01:00:00.000Z', recurrence: { rule: 'FREQ=DAILY' } })).toBe(
      'accepted',
    );
  });

  it('ends after it starts', () => {
    for (const end of [once.start, '2026-01-09T00:00:00.000Z']) expect(faults({ end })).toEqual(['/end']);
  });

  it('goes by a time zone that there is', () => {
    expect(faults({ timeZone: 'Moon/Base' })).toEqual(['/timeZone']);
  });

  it('tells when its last window starts, where the rule comes to an end', () => {
    const lastOf = (rule: string) => {
      const [event] = create({ ...weekly, recurrence: { rule } }).decided();
      return event?.type === 'FreezeCreated' ? event.data.lastStart : event;
    };
    expect(lastOf('FREQ=WEEKLY')).toBeUndefined();
    expect(lastOf('FREQ=WEEKLY;COUNT=1')).toBe('2026-01-10T00:00:00.000Z');
    // The clock is set forward on 29 March: 01:00 there is an hour earlier.
    expect(lastOf('FREQ=WEEKLY;COUNT=13')).toBe('2026-04-03T23:00:00.000Z');
    expect(lastOf('FREQ=WEEKLY;UNTIL=20260404')).toBe('2026-04-03T23:00:00.000Z');
    expect(lastOf('FREQ=WEEKLY;UNTIL=20260403T230000Z')).toBe('2026-04-03T23:00:00.000Z');
    expect(lastOf('FREQ=WEEKLY;UNTIL=20260403T225959Z')).toBe('2026-03-28T00:00:00.000Z');
  });

  it.each([
    ['', 'no part'],
    ['WEEKLY', 'no name'],
    ['INTERVAL=2', 'no frequency'],
    ['FREQ=HOURLY', 'finer than a day'],
    ['FREQ=DAILY;BYHOUR=8', 'finer than a day'],
    ['FREQ=YEARLY;BYWEEKNO=20', 'a part that is not taken'],
    ['FREQ=DAILY;X-EVIL=1', 'an unknown part'],
    ['FREQ=DAILY;__proto__=1', 'a part that JavaScript knows'],
    ['FREQ=DAILY\nEXDATE:20260110T000000Z', 'another line'],
    ['FREQ=DAILY;', 'an empty part'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'a part twice'],
    ['FREQ=DAILY;INTERVAL=0', 'no interval'],
    ['FREQ=DAILY;INTERVAL=1001', 'a great interval'],
    ['FREQ=DAILY;COUNT=0', 'no window'],
    ['FREQ=DAILY;COUNT=100000', 'too many windows'],
    ['FREQ=DAILY;COUNT=3;UNTIL=20260201', 'two ends'],
    ['FREQ=DAILY;UNTIL=20260201T000000', 'an end without a zone'],
    ['FREQ=DAILY;UNTIL=20260109', 'an end before the start'],
    ['FREQ=DAILY;UNTIL=20260230', 'an end on no day'],
    ['FREQ=DAILY;UNTIL=20260201T250000Z', 'an end at no hour'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'a day that no month has'],
    ['FREQ=MONTHLY;BYMONTH=13', 'a month that no year has'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'a numbered weekday in a week'],
    ['FREQ=WEEKLY;BYMONTHDAY=10', 'a day of the month in a week'],
    ['FREQ=DAILY;BYDAY=SA;BYSETPOS=1', 'a pick out of one day'],
    ['FREQ=DAILY;BYMONTHDAY=10', 'a day of the month out of one day'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'a pick out of nothing'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'a day that never comes'],
    [`FREQ=WEEKLY;BYDAY=${Array(100).fill('SA').join()}`, 'too long'],
  ])('has no rule like %j: %s', (rule) => {
    expect(faults({ recurrence: { rule } })).toEqual(['/recurrence/rule']);
  });

  it.each([
    ['FREQ=DAILY;UNTIL=20260109', /says an UNTIL before the start/],
    ['FREQ=WEEKLY;INTERVAL=1000;BYDAY=SA;COUNT=1000', /says a COUNT that is not reached/],
  ])('is told what is wrong with the end of %s', (rule, message) => {
    expect(problems({ recurrence: { rule } })).toEqual([
      { pointer: '/recurrence/rule', message: expect.stringMatching(message) as string },
    ]);
  });

  it('starts on a day of its rule', () => {
    expect(faults({ recurrence: { rule: 'FREQ=WEEKLY;BYDAY=FR' } })).toEqual(['/start']);
    expect(faults({ recurrence: { rule: 'FREQ=WEEKLY;BYDAY=FR,SA' } })).toBe('accepted');
    expect(faults({ timeZone: 'America/New_York', recurrence: { rule: 'FREQ=WEEKLY;BYDAY=SA' } })).toEqual(['/start']);
    expect(faults({ timeZone: 'America/New_York', recurrence: { rule: 'FREQ=WEEKLY;BYDAY=FR' } })).toBe('accepted');
  });

  it('recurs only if it ends after it starts by the clock on the wall too', () => {
    const back = { start: '2026-10-25T00:50:00.000Z', end: '2026-10-25T01:10:00.000Z', timeZone: 'Europe/Berlin' };
    expect(faults(back)).toBe('accepted');
    expect(faults({ ...back, recurrence: { rule: 'FREQ=YEARLY' } })).toEqual(['/end']);
  });

  it('records of a change only what differs, and checks the whole', () => {
    const change = (data: object) => given(created).when({ type: 'ChangeFreeze', data });
    change({ reason: 'Winter sale', end: '2026-01-11T00:00:00.000Z' }).then([
      { type: 'FreezeChanged', data: { slug: 'sale', end: '2026-01-11T00:00:00.000Z' } },
    ]);
    change({ reason: 'Winter sale' }).then([]);
    change({ reason: null, environments: ['production'] }).then([
      { type: 'FreezeChanged', data: { slug: 'sale', reason: null, environments: ['production'] } },
    ]);
    change({ end: '2026-01-09T00:00:00.000Z' }).refused('freeze.invalid');
    change({ timeZone: null }).then([]);
  });

  it('works its last window out again when the rule or the start changes', () => {
    const recurring: FreezeEvent = {
      type: 'FreezeCreated',
      data: { ...once, recurrence: { rule: 'FREQ=DAILY;COUNT=3' }, lastStart: '2026-01-12T00:00:00.000Z' },
    };
    const change = (data: object) => given(recurring).when({ type: 'ChangeFreeze', data });
    change({ start: '2026-01-11T00:00:00.000Z' }).then([
      { type: 'FreezeChanged', data: { slug: 'sale', start: '2026-01-11T00:00:00.000Z', lastStart: '2026-01-13T00:00:00.000Z' } },
    ]);
    change({ recurrence: null }).then([{ type: 'FreezeChanged', data: { slug: 'sale', recurrence: null, lastStart: null } }]);
  });

  it('may be ended early, in the middle of its window', () => {
    given(created)
      .when({ type: 'ChangeFreeze', data: { end: '2026-01-10T01:00:00.000Z' }, meta: { now: '2026-01-10T02:00:00.000Z' } })
      .then([{ type: 'FreezeChanged', data: { slug: 'sale', end: '2026-01-10T01:00:00.000Z' } }]);
  });

  it('is deleted once, and changes no more', () => {
    const deleted: FreezeEvent = { type: 'FreezeDeleted', data: { slug: 'sale' } };
    given(created).when({ type: 'DeleteFreeze', data: {} }).then([deleted]);
    given(created, deleted).when({ type: 'DeleteFreeze', data: {} }).then([]);
    given(created, deleted)
      .when({ type: 'ChangeFreeze', data: { reason: 'x' } })
      .refused('freeze.not-found');
  });

  it('names the first and the latest event behind it', () => {
    const change = (name: string): FreezeEvent => ({ type: 'FreezeChanged', data: { slug: 'sale', name } });
    expect(given(created, change('a'), change('b')).state()).toMatchObject({ freeze: { name: 'b', events: ['event-1', 'event-3'] } });
  });
});
