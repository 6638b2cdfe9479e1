import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import type { Table } from '@slipway/kernel';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { evolveRelease, initialRelease, knownRelease } from '../domain/release';
import { archived, blocked, created, deployed, promoted, reached, SHOP, unblocked, unlinked } from '../domain/release.fixture';
import type { ReleaseEvent } from '../domain/release.events';
import { releaseSummary } from '../queries/release-resource';
import { currentTable, fromRow, releaseList, releasesTable } from './release-list';

function rowsOf<Row extends object>(table: Table<Row>, ...streams: ReleaseEvent[][]): Promise<Row[]> {
  const log = logOf(...streams.map((events, index) => recorded(events, `release-${index}`)));
  return projectionRows(releaseList, table, log, () => new SqliteReadStore(':memory:'));
}

const other = (events: ReleaseEvent[]): ReleaseEvent[] =>
  events.map((event) => ({ ...event, data: { ...event.data, version: '1.1.0' } }) as ReleaseEvent);

const LIFE: ReleaseEvent[] = [
  created(),
  ...reached('Build'),
  ...deployed('development', 'd1'),
  ...reached('Try'),
  promoted('development', 'staging', 'd2'),
  ...deployed('staging', 'd2', { promotedFrom: 'development' }),
  { type: 'VariablesUpdated', data: { ...SHOP, snapshot: 2, revision: 8, hash: 'h2', variables: [] } },
  blocked(),
  unblocked(),
  blocked('again'),
  archived([{ phase: 'Build', rule: { releases: 1 } }]),
];

describe('the list of releases', () => {
  it('shows of a release what its folded stream says, at every point of its life', async () => {
    for (let length = 1; length <= LIFE.length; length += 1) {
      const release = knownRelease(recorded(LIFE.slice(0, length)).reduce(evolveRelease, initialRelease));
      const [row] = await rowsOf(releasesTable, LIFE.slice(0, length));
      expect(releaseSummary(fromRow(row!), {})).toEqual(releaseSummary(release, {}));
    }
  });

  it('knows where it stands in time, its state, and the words to find it by', async () => {
    const first = created();
    if (first.type !== 'ReleaseCreated') throw new Error('no release');
    const named: ReleaseEvent = { ...first, data: { ...first.data, title: 'Spring', notes: 'All of it' } };
    const deleted: ReleaseEvent = { type: 'ReleaseDeleted', data: SHOP };
    expect(await rowsOf(releasesTable, [named], other([created()]), [deleted])).toMatchObject([
      { version: '1.0.0', createdAt: 1n, state: 'deleted', channel: 'default', words: '1.0.0\nspring\nall of it' },
      { version: '1.1.0', createdAt: 2n, state: 'active', words: '1.1.0\n\n' },
    ]);
  });

  it('keeps what is large out of its rows', async () => {
    const [row] = await rowsOf(releasesTable, LIFE);
    expect(JSON.stringify(row?.release)).not.toMatch(/Hello|"steps"|"notes"/);
  });

  it('says what runs where, and where a release ever was', async () => {
    const failed = deployed('staging', 'd4', { outcome: 'failed' });
    const rows = await rowsOf(currentTable.now, LIFE, other([created(), ...deployed('development', 'd3'), ...failed]));
    expect(rows.map(({ environment, version, deployment }) => [environment, version, deployment])).toEqual([
      ['development', '1.1.0', 'd3'],
      ['staging', '1.0.0', 'd2'],
    ]);
    const were = await rowsOf(releasesTable, LIFE, other([created(), ...deployed('development', 'd3'), ...failed]));
    expect(were.map(({ version, reached }) => version + reached)).toEqual(['1.0.0 development staging ', '1.1.0 development ']);
  });

  it('keeps what ran where before, from where to where in the log', async () => {
    const later = other([created(), ...deployed('development', 'd3')]);
    const [first, second] = [LIFE.findIndex(({ type }) => type === 'DeploymentConcluded') + 1, LIFE.length + later.length];
    expect(await rowsOf(currentTable.before, LIFE, later)).toEqual([
      { project: 'shop', environment: 'development', version: '1.0.0', deployment: 'd1', since: BigInt(first), until: BigInt(second) },
    ]);
  });

  it('forgets a link that came to nothing', async () => {
    const [row] = await rowsOf(releasesTable, [created(), promoted('development', 'staging', 'd2'), unlinked('development', 'staging')]);
    expect(row?.release.links).toEqual([]);
  });
});
