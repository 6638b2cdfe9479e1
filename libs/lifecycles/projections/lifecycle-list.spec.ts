import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { lifecycleEvents, type LifecycleEvent } from '../domain/lifecycle.events';
import { lifecycleList, lifecyclesTable } from './lifecycle-list';

async function shown(...events: LifecycleEvent[]) {
  const rows = await projectionRows(lifecycleList, lifecyclesTable, logOf(recorded(events)), () => new SqliteReadStore(':memory:'));
  return rows.map(({ lifecycle }) => lifecycle);
}

describe('the list of lifecycles', () => {
  const { sample } = lifecycleEvents.entries.LifecycleCreated;
  const created: LifecycleEvent = { type: 'LifecycleCreated', data: sample };

  it('shows each as it was created', async () => {
    expect(await shown(created, { type: 'LifecycleCreated', data: { slug: 'default', phases: [] } })).toEqual([
      { slug: 'default', phases: [] },
      sample,
    ]);
  });

  it('replaces phases whole, and takes a name away', async () => {
    const [first] = sample.phases;
    const changed: LifecycleEvent = { type: 'LifecycleChanged', data: { slug: 'web', name: null, phases: [first!] } };
    expect(await shown(created, changed)).toEqual([{ slug: 'web', phases: [first], retention: { releases: 20 } }]);
  });
});
