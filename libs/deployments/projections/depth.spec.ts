import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import type { DomainEvent, Projection, Table } from '@slipway/kernel';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { FAILED, planned } from '../domain/deployment.fixture';
import { Story } from '../domain/deployment-story.fixture';
import { attempts, attemptsTable } from './attempts';
import { interruptions, interruptionsTable } from './interruptions';
import { timers, timersTable } from './timers';

function rowsOf<Row extends object>(projection: Projection, table: Table<Row>, ...streams: (readonly DomainEvent[])[]): Promise<Row[]> {
  const log = logOf(...streams.map((events, index) => recorded(events, `stream-${index}`)));
  return projectionRows(projection, table, log, () => new SqliteReadStore(':memory:'));
}

const beside = { start: 'with-previous' as const };
const GROUP = [planned('East', { retries: { attempts: 2, delayMs: 60_000, backoff: 1 } }), planned('West', beside), planned('Check')];

function started(...args: ConstructorParameters<typeof Story>): Story {
  const story = new Story(...args);
  story.starts();
  return story;
}

describe('interruptions', () => {
  const shown = async ({ events }: Story) =>
    (await rowsOf(interruptions, interruptionsTable, events)).map(({ state, view }) => [view.step, state, view.takenBy, view.answer]);
  const failing = () => {
    const story = started([planned('Build'), planned('Deploy', beside)], { failureMode: 'guided' });
    for (const step of ['Deploy', 'Build']) story.fails(step);
    return story;
  };

  it('are open, taken, resolved; what was said is kept', async () => {
    const story = failing();
    expect(await shown(story)).toEqual([['Build', 'open', undefined, undefined]]);
    story.takes('bob');
    expect(await shown(story)).toEqual([['Build', 'taken', 'bob', undefined]]);
    story.resolves('ignore', { notes: 'known' }, 'bob');
    expect((await shown(story)).sort()).toEqual([
      ['Build', 'resolved', 'bob', 'ignore'],
      ['Deploy', 'open', undefined, undefined],
    ]);
    const rows = await rowsOf(interruptions, interruptionsTable, story.events);
    expect(rows.find(({ view }) => view.step === 'Build')?.view).toMatchObject({
      ...{ deployment: 'd1', project: 'shop', release: '1.0.0', environment: 'staging', kind: 'guided-failure', notes: 'known' },
      ...{ cause: { code: 'step.failed' }, answers: ['retry', 'ignore', 'fail'], resolvedAt: '2026-01-05T08:00:00.000Z' },
    });
  });

  it('are over without an answer when the deployment is cancelled, or a manual one times out', async () => {
    const cancelled = failing();
    cancelled.cancels();
    expect(await shown(cancelled)).toEqual([['Build', 'resolved', undefined, undefined]]);
    const late = started([planned('Approve', { type: 'manual-intervention', timeoutMs: 60_000 })]);
    late.takes();
    late.clock = 60_000;
    late.wakes('Approve');
    expect(await shown(late)).toEqual([['Approve', 'resolved', 'ada', undefined]]);
  });

  it('of one deployment are nothing to another one', async () => {
    const story = failing();
    const other = recorded(story.events).map(({ type, data }) => ({ type, data: { ...data, deployment: 'd9' } }));
    const cancelled = { type: 'DeploymentCancelled', data: { deployment: 'd9', by: 'ada', started: true, acknowledged: true } };
    const unlike = other.map((event) =>
      event.type === 'InterruptionRaised' ? { ...event, data: { ...event.data, interruption: 'i9' } } : event,
    );
    const rows = await rowsOf(interruptions, interruptionsTable, story.events, [...unlike, cancelled]);
    expect(rows.map(({ deployment, state }) => [deployment, state]).sort()).toEqual([
      ['d1', 'open'],
      ['d9', 'resolved'],
    ]);
  });
});

describe('attempts of steps side by side', () => {
  const out = async ({ events }: Story) =>
    (await rowsOf(attempts, attemptsTable, events)).map(({ step, attempt, token, worker }) => [step, attempt, token, worker]);

  it('are out next to each other, each with its own worker, and go one by one', async () => {
    const story = started(GROUP);
    expect(await out(story)).toEqual([
      ['East', 1, 1, null],
      ['West', 1, 2, null],
    ]);
    story.claims('West', 'w2');
    expect(await out(story)).toEqual([
      ['East', 1, 1, null],
      ['West', 1, 2, 'w2'],
    ]);
    story.fails('East');
    expect(await out(story)).toEqual([['West', 1, 2, 'w2']]);
    story.clock = 60_000;
    story.wakes('East');
    expect(await out(story)).toEqual([
      ['East', 2, 3, null],
      ['West', 1, 2, 'w2'],
    ]);
  });

  it('are none while a person, a time or another project is waited for, nor after a cancel has ended', async () => {
    for (const type of ['manual-intervention', 'delay', 'deploy-release'])
      expect(await out(started([planned('First', { type })]))).toEqual([]);
    const story = started(GROUP);
    story.claims('West');
    story.cancels();
    story.ends('West', FAILED);
    expect(await out(story)).toEqual([]);
  });
});

describe('timers of steps', () => {
  const due = async ({ events }: Story) => (await rowsOf(timers, timersTable, events)).map(({ kind, step, at }) => [kind, step, at]);

  it('wake what waits: a delay, the next try, the time that a person or another project has', async () => {
    const limit = { timeoutMs: 3_600_000 };
    expect(await due(started([planned('Soak', { type: 'delay' })]))).toEqual([['step', 'Soak', '2026-01-05T08:10:00.000Z']]);
    for (const type of ['manual-intervention', 'deploy-release']) {
      expect(await due(started([planned('First', { type })]))).toEqual([]);
      expect(await due(started([planned('First', { type, ...limit })]))).toEqual([['step', 'First', '2026-01-05T09:00:00.000Z']]);
    }
    const trying = started(GROUP);
    trying.fails('East');
    expect(await due(trying)).toEqual([['step', 'East', '2026-01-05T08:01:00.000Z']]);
  });

  it('of two steps side by side are two', async () => {
    const story = started([planned('East', { type: 'delay' }), planned('West', { ...beside, type: 'delay' })]);
    expect((await due(story)).map(([, step]) => step)).toEqual(['East', 'West']);
    story.clock = 600_000;
    story.wakes('East');
    expect((await due(story)).map(([, step]) => step)).toEqual(['West']);
  });

  it('are gone once what they wait for has come, whichever way', async () => {
    const retried = started(GROUP);
    retried.fails('East');
    retried.clock = 60_000;
    retried.wakes('East');
    expect(await due(retried)).toEqual([]);
    const answered = started([planned('Approve', { type: 'manual-intervention', timeoutMs: 60_000 })]);
    answered.answers('proceed');
    expect(await due(answered)).toEqual([]);
    const child = started([planned('Api', { type: 'deploy-release', timeoutMs: 60_000 })]);
    child.childEnds('Api', 'succeeded');
    expect(await due(child)).toEqual([]);
    const waiting = started([planned('Soak', { type: 'delay' })]);
    waiting.cancels();
    expect(await due(waiting)).toEqual([]);
  });
});
