import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import type { EnvironmentEvent } from '../domain/environment.events';
import { environmentList, environmentsTable } from './environment-list';

async function shown(...events: EnvironmentEvent[]) {
  const rows = await projectionRows(environmentList, environmentsTable, logOf(recorded(events)), () => new SqliteReadStore(':memory:'));
  return rows.map(({ environment, place, createdAt }) => ({ environment, place, createdAt }));
}

describe('the list of environments', () => {
  const created: EnvironmentEvent = {
    type: 'EnvironmentCreated',
    data: { slug: 'staging', name: 'Staging', order: 2, failureMode: 'fail' },
  };

  it('shows each with its place; one without an order has none', async () => {
    expect(await shown(created, { type: 'EnvironmentCreated', data: { slug: 'qa' } })).toEqual([
      { environment: { slug: 'qa' }, place: null, createdAt: 2n },
      { environment: created.data, place: 2, createdAt: 1n },
    ]);
  });

  it('changes what a change names, takes away what it sets to null, and keeps when it was created', async () => {
    const changes: EnvironmentEvent[] = [
      { type: 'EnvironmentChanged', data: { slug: 'staging', name: null, description: 'Before customers' } },
      { type: 'EnvironmentChanged', data: { slug: 'staging', order: null } },
    ];
    expect(await shown(created, ...changes)).toEqual([
      { environment: { slug: 'staging', failureMode: 'fail', description: 'Before customers' }, place: null, createdAt: 1n },
    ]);
  });
});
