import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import type { DomainEvent, RecordedEvent, Table } from '@slipway/kernel';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { environmentEvents } from '../../environments/domain/environment.events';
import { concluded, created, scheduled } from '../../releases/domain/release.fixture';
import { HISTORIES, succeeded } from '../domain/deployment.fixture';
import { board, boardDeploymentsTable, boardEnvironmentsTable, boardProjectsTable, cellsTable } from './board';

const NOW = '2026-01-05T08:00:00.000Z';

function rowsOf<Row extends object>(table: Table<Row>, ...streams: readonly (readonly DomainEvent[])[]): Promise<Row[]> {
  const log = logOf(...streams.map((events, index): RecordedEvent[] => recorded(events, `stream-${index}`)));
  return projectionRows(board, table, log, () => new SqliteReadStore(':memory:'));
}

describe('the board', () => {
  const project: DomainEvent = { type: 'ProjectCreated', data: { slug: 'shop', lifecycle: 'web' } };
  const release = [created(), scheduled('staging', { deployment: 'd1' })];

  it('has in a cell what succeeded, and as the latest what started last, since when it is so', async () => {
    const cells = await rowsOf(cellsTable.now, [project], release, HISTORIES.succeeded, [concluded('d1', 'staging')]);
    const current = { release: '1.0.0', deployment: 'd1', since: NOW };
    const end = BigInt(3 + HISTORIES.succeeded.length + 1);
    expect(cells).toEqual([{ project: 'shop', environment: 'staging', current, latest: 'd1', since: end }]);
    const failed = await rowsOf(cellsTable.now, release, HISTORIES.failed, [concluded('d1', 'staging', { outcome: 'failed' })]);
    expect(failed).toMatchObject([{ current: null, latest: 'd1' }]);
    expect(await rowsOf(cellsTable.now, release, HISTORIES.expired, [concluded('d1', 'staging', { outcome: 'expired' })])).toEqual([]);
  });

  it('keeps what a deployment looked like before, as long as it did, and its steps nowhere', async () => {
    const streams = [release, HISTORIES.succeeded, [concluded('d1', 'staging')]];
    const before = await rowsOf(boardDeploymentsTable.before, ...streams);
    const now = await rowsOf(boardDeploymentsTable.now, ...streams);
    expect([...before, ...now].map(({ state }) => state)).toEqual(['scheduled', 'queued', 'executing', 'succeeded']);
    expect(before.map(({ until }) => until)).toEqual([...before.slice(1), ...now].map(({ since }) => since));
    expect(now[0]!.summary).not.toHaveProperty('steps');
  });

  it('tells a success in which failures were ignored from one without', async () => {
    const warned: DomainEvent = { type: 'DeploymentSucceeded', data: { ...succeeded.data, withWarnings: true } };
    const summary = async (...ended: DomainEvent[]) =>
      (await rowsOf(boardDeploymentsTable.now, release, ended, [concluded('d1', 'staging')]))[0]?.summary;
    expect(await summary(...HISTORIES.succeeded.slice(0, -1), warned)).toMatchObject({ state: 'succeeded', withWarnings: true });
    expect(await summary(...HISTORIES.succeeded)).not.toHaveProperty('withWarnings');
  });

  it('has projects as rows, and environments with their places as columns', async () => {
    const { EnvironmentCreated: environment } = environmentEvents.entries;
    const changed = (order: number | null): DomainEvent => ({ type: 'EnvironmentChanged', data: { slug: 'production', order } });
    const events: DomainEvent[] = [project, { type: 'EnvironmentCreated', data: environment.sample }];
    expect(await rowsOf(boardProjectsTable, events)).toEqual([{ project: 'shop', since: 1n }]);
    const places = async (...more: DomainEvent[]) =>
      (await rowsOf(boardEnvironmentsTable.now, [...events, ...more])).map((row) => row.place);
    expect(await places()).toEqual([30]);
    expect(await places(changed(5))).toEqual([5]);
    expect(await places(changed(5), changed(null))).toEqual([null]);
    expect(await places({ type: 'EnvironmentChanged', data: { slug: 'production', name: 'Live' } })).toEqual([30]);
  });
});
