import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import type { DomainEvent, Projection, RecordedEvent, Table } from '@slipway/kernel';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { concluded, created, scheduled } from '../../releases/domain/release.fixture';
import {
  attempt,
  cancelRequested,
  dispatched,
  HISTORIES,
  LOG,
  opened,
  planned,
  queued,
  REF,
  running,
  skipped,
  started,
  type StateName,
  stepSucceeded,
} from '../domain/deployment.fixture';
import type { DeploymentEvent } from '../domain/deployment.events';
import type { LaneEvent } from '../domain/lane';
import { attempts, attemptsTable } from './attempts';
import { deploymentsProjection } from './deployments';
import { deploymentsTable, lanesTable } from './deployments.tables';
import { timers, timersTable } from './timers';

const NOW = '2026-01-05T08:00:00.000Z';
const EXPIRY = '2026-01-05T09:00:00.000Z';
const TWO = [planned('Build'), planned('Deploy')];

function rowsOf<Row extends object>(
  projection: Projection,
  table: Table<Row>,
  ...streams: readonly (readonly DomainEvent[])[]
): Promise<Row[]> {
  const log = logOf(...streams.map((events, index): RecordedEvent[] => recorded(events, `stream-${index}`)));
  return projectionRows(projection, table, log, () => new SqliteReadStore(':memory:'));
}

describe('timers', () => {
  it.each<[StateName, [string, string][]]>([
    ['none', []],
    [
      'scheduled',
      [
        ['due', NOW],
        ['expiry', EXPIRY],
      ],
    ],
    ['queued', [['expiry', EXPIRY]]],
    ['executing, offered', []],
    ['executing, granted', []],
    ['cancelling', [['cancel-deadline', '2026-01-05T08:00:30.000Z']]],
    ['succeeded', []],
    ['failed', []],
    ['cancelled', []],
    ['expired', []],
    ['refused', []],
  ])('while %s', async (name, expected) => {
    const rows = await rowsOf(timers, timersTable, HISTORIES[name]);
    expect(rows.map(({ kind, at }) => [kind, at])).toEqual(expected);
  });

  it('without an expiry there is none to wait for; a cancel before the start leaves nothing to ask', async () => {
    expect(await rowsOf(timers, timersTable, [opened(TWO)])).toEqual([{ deployment: 'd1', kind: 'due', step: '', at: NOW }]);
    const cancelled: DeploymentEvent = { type: 'DeploymentCancelled', data: { ...REF, by: 'ada', started: false, acknowledged: true } };
    expect(await rowsOf(timers, timersTable, [opened(TWO, { expiresAt: EXPIRY }), cancelled])).toEqual([]);
  });
});

describe('attempts that are out', () => {
  const out = (...events: DeploymentEvent[]) => rowsOf(attempts, attemptsTable, [opened(TWO), queued, started, ...events]);
  const row = { deployment: 'd1', pool: 'default', since: NOW, attempt: 1 };

  it('an attempt is out from its dispatch on, claimed by nobody, then by its worker', async () => {
    expect(await out(dispatched('Build', 1))).toEqual([{ ...row, step: 'Build', token: 1, worker: null }]);
    expect(await out(dispatched('Build', 1), running('Build', 1))).toEqual([{ ...row, step: 'Build', token: 1, worker: 'w1' }]);
  });

  it('dispatched again it is under the next token, and nobody has it', async () => {
    expect(await out(dispatched('Build', 1), running('Build', 1), dispatched('Build', 2, 'returned'))).toEqual([
      { ...row, step: 'Build', token: 2, worker: null },
    ]);
  });

  it('when a step ends and the next one goes out in the same append, that one is out', async () => {
    expect(await out(dispatched('Build', 1), running('Build', 1), stepSucceeded('Build', 1), dispatched('Deploy', 2))).toEqual([
      { ...row, step: 'Deploy', token: 2, worker: null },
    ]);
  });

  const cause = { code: 'x', message: 'x' };
  it.each<DeploymentEvent>([
    stepSucceeded('Build', 1),
    { type: 'StepFailed', data: { ...REF, ...attempt('Build', 1), cause, outputs: {} } },
    { type: 'StepTimedOut', data: { ...REF, ...attempt('Build', 1), cause, ...LOG } },
    { type: 'StepLost', data: { ...REF, ...attempt('Build', 1), cause } },
    skipped('Build', 'cancel'),
  ])('nothing is out after $type', async (event) => {
    expect(await out(dispatched('Build', 1), running('Build', 1), event)).toEqual([]);
  });

  it('a cancel request leaves it out: its worker still has it', async () => {
    expect(await out(dispatched('Build', 1), running('Build', 1), cancelRequested('Build', 1))).toMatchObject([{ worker: 'w1' }]);
  });
});

describe('deployments', () => {
  const asked = scheduled('staging', { deployment: 'd1' });
  const release = [created(), asked];

  it('are there from their scheduling on, with the steps of their release', async () => {
    const [row] = await rowsOf(deploymentsProjection, deploymentsTable, release);
    expect(row).toMatchObject({
      id: 'd1',
      project: 'shop',
      release: '1.0.0',
      environment: 'staging',
      state: 'scheduled',
      at: NOW,
      scheduled: 2n,
    });
    expect(row?.fold.view.steps.map(({ name, state }) => [name, state])).toEqual([
      ['Build', 'pending'],
      ['Deploy', 'pending'],
      ['Check', 'pending'],
    ]);
  });

  it.each<[StateName, 'succeeded' | 'failed' | 'cancelled' | 'expired' | 'refused', string]>([
    ['succeeded', 'succeeded', 'executing'],
    ['failed', 'failed', 'executing'],
    ['cancelled', 'cancelled', 'executing'],
    ['expired', 'expired', 'queued'],
    ['refused', 'refused', 'queued'],
  ])('%s are shown as that from DeploymentConcluded on, not before', async (name, outcome, before) => {
    const states = async (...more: DomainEvent[][]) =>
      (await rowsOf(deploymentsProjection, deploymentsTable, release, HISTORIES[name], ...more)).map((row) => [
        row.state,
        row.fold.view.state,
      ]);
    expect(await states()).toEqual([[before, before]]);
    expect(await states([concluded('d1', 'staging', { outcome })])).toEqual([[outcome, outcome]]);
  });

  it('stand in their lane: the holder, then those with priority, then the others', async () => {
    const lane = 'shop@staging';
    const entered = (deployment: string, priority = false): LaneEvent => ({
      type: 'LaneEntered',
      data: { lane, deployment, priority, supersedes: [] },
    });
    const granted = (deployment: string, grant: number): LaneEvent => ({ type: 'LaneGranted', data: { lane, deployment, grant } });
    const left = (deployment: string): LaneEvent => ({ type: 'LaneLeft', data: { lane, deployment } });
    const ranks = async (...events: LaneEvent[]) =>
      (await rowsOf(deploymentsProjection, lanesTable, events)).map(({ deployment, holds, rank, entered: at }) => [
        deployment,
        holds ? 'holds' : rank,
        at,
      ]);
    const begun = [entered('a'), granted('a', 1), entered('b'), entered('c', true)];
    expect(await ranks(...begun)).toEqual([
      ['a', 'holds', 1n],
      ['b', 2, 3n],
      ['c', 1, 4n],
    ]);
    expect(await ranks(...begun, left('a'), granted('c', 2))).toEqual([
      ['b', 2, 3n],
      ['c', 'holds', 4n],
    ]);
    expect(await ranks(...begun, { type: 'MovedToFront', data: { lane, deployment: 'b', move: 1 } })).toEqual([
      ['a', 'holds', 1n],
      ['b', -1, 3n],
      ['c', 1, 4n],
    ]);
  });
});
