import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { freezeEvents, type FreezeEvent } from '../domain/freeze.events';
import { freezeList, freezesTable } from './freeze-list';

async function shown(events: FreezeEvent[]) {
  return projectionRows(freezeList, freezesTable.now, logOf(recorded(events)), () => new SqliteReadStore(':memory:'));
}

describe('the list of freezes', () => {
  const { sample } = freezeEvents.entries.FreezeCreated;
  const created: FreezeEvent = { type: 'FreezeCreated', data: sample };

  it('shows each with the event behind it, and when it is over', async () => {
    const { recurrence: _, lastStart: __, ...once } = sample;
    const rows = await shown([created, { type: 'FreezeCreated', data: { ...once, slug: 'once' } }]);
    expect(rows).toEqual([
      { slug: 'once', overAt: sample.end, state: 'active', since: 2n, freeze: { ...once, slug: 'once', events: ['event-2'] } },
      { slug: 'weekends', overAt: '2026-03-16T07:00:00.000Z', state: 'active', since: 1n, freeze: { ...sample, events: ['event-1'] } },
    ]);
  });

  it('changes what a change names, and works out again when it is over', async () => {
    const changed: FreezeEvent = {
      type: 'FreezeChanged',
      data: { slug: 'weekends', reason: null, recurrence: { rule: 'FREQ=WEEKLY' }, lastStart: null },
    };
    const [row] = await shown([created, changed]);
    expect(row).toMatchObject({ overAt: 'never', freeze: { recurrence: { rule: 'FREQ=WEEKLY' }, events: ['event-1', 'event-2'] } });
    expect(Object.keys(row!.freeze)).not.toContain('reason');
    expect(Object.keys(row!.freeze)).not.toContain('lastStart');
  });

  it('keeps what a change or a deletion replaced, for looks back in time', async () => {
    const events: FreezeEvent[] = [
      created,
      { type: 'FreezeChanged', data: { slug: 'weekends', reason: null } },
      { type: 'FreezeDeleted', data: { slug: 'weekends' } },
    ];
    expect(await shown(events)).toMatchObject([{ slug: 'weekends', state: 'deleted', since: 3n }]);
    const before = await projectionRows(freezeList, freezesTable.before, logOf(recorded(events)), () => new SqliteReadStore(':memory:'));
    expect(before).toMatchObject([
      { state: 'active', since: 1n, until: 2n, freeze: { reason: sample.reason } },
      { state: 'active', since: 2n, until: 3n, freeze: { events: ['event-1', 'event-2'] } },
    ]);
  });
});
