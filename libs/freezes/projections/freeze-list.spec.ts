import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { freezeEvents, type FreezeEvent } from '../domain/freeze.events';
import { freezeList, freezesTable } from './freeze-list';

async function shown(...events: FreezeEvent[]) {
  return projectionRows(freezeList, freezesTable, logOf(recorded(events)), () => new SqliteReadStore(':memory:'));
}

describe('the list of freezes', () => {
  const { sample } = freezeEvents.entries.FreezeCreated;
  const created: FreezeEvent = { type: 'FreezeCreated', data: sample };

  it('shows each with the event behind it, and when it is over', async () => {
    const { recurrence: _, lastStart: __, ...once } = sample;
    const rows = await shown(created, { type: 'FreezeCreated', data: { ...once, slug: 'once' } });
    expect(rows).toEqual([
      { slug: 'once', overAt: sample.end, state: 'active', freeze: { ...once, slug: 'once', events: ['event-2'] } },
      { slug: 'weekends', overAt: '2026-03-16T07:00:00.000Z', state: 'active', freeze: { ...sample, events: ['event-1'] } },
    ]);
  });

  it('changes what a change names, and works out again when it is over', async () => {
    const changed: FreezeEvent = {
      type: 'FreezeChanged',
      data: { slug: 'weekends', reason: null, recurrence: { rule: 'FREQ=WEEKLY' }, lastStart: null },
    };
    const [row] = await shown(created, changed);
    expect(row).toMatchObject({ overAt: null, freeze: { recurrence: { rule: 'FREQ=WEEKLY' }, events: ['event-1', 'event-2'] } });
    expect(Object.keys(row!.freeze)).not.toContain('reason');
    expect(Object.keys(row!.freeze)).not.toContain('lastStart');
  });

  it('marks what is deleted, which a look back in time still finds', async () => {
    expect(await shown(created, { type: 'FreezeDeleted', data: { slug: 'weekends' } })).toMatchObject([
      { slug: 'weekends', state: 'deleted' },
    ]);
  });
});
