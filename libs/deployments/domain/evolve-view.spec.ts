import { recorded } from '@slipway/kernel/testing';
import {
  HISTORIES,
  LOG,
  NOT_HERE,
  REF,
  attempt,
  cancelRequested,
  dispatched,
  opened,
  planned,
  queued,
  running,
  skipped,
  started,
  stepSucceeded,
  type StateName,
} from './deployment.fixture';
import type { DeploymentEvent } from './deployment.events';
import { decided, type DeploymentView, type ViewFold } from './deployment-view';
import { evolveView, openedView } from './evolve-view';

const NOW = '2026-01-05T08:00:00.000Z';

function folded(events: readonly DeploymentEvent[]): ViewFold {
  const [first, ...rest] = recorded(events);
  if (first?.type !== 'DeploymentOpened') throw new Error('a history begins with DeploymentOpened');
  return rest.reduce(evolveView, { view: openedView(first) });
}

function step(view: DeploymentView, name: string) {
  return view.steps.find((one) => one.name === name);
}

const TWO = [planned('Build'), planned('Deploy')];
const begun = [opened(TWO), queued, started, dispatched('Build', 1)];

describe('a deployment as it is shown', () => {
  it('opens as what was asked for, with its steps pending or excluded', () => {
    const plan = [planned('Build', { excluded: true }), planned('Deploy', { skip: NOT_HERE })];
    const overrides = { expiresAt: '2026-01-05T09:00:00.000Z', comment: 'as agreed', priority: true };
    expect(folded([opened(plan, overrides)]).view).toEqual({
      id: 'd1',
      project: 'shop',
      release: '1.0.0',
      environment: 'staging',
      state: 'scheduled',
      at: NOW,
      ...overrides,
      variablesSnapshot: 1,
      excluded: ['Build'],
      failureMode: 'fail',
      requestedBy: 'ada',
      steps: [
        { name: 'Build', type: 'script', state: 'excluded', attempts: [], outputs: {} },
        { name: 'Deploy', type: 'script', state: 'pending', attempts: [], outputs: {} },
      ],
    });
  });

  it.each<[Exclude<StateName, 'none'>, string, string]>([
    ['scheduled', 'scheduled', 'scheduled'],
    ['queued', 'queued', 'queued'],
    ['executing, offered', 'executing', 'executing'],
    ['executing, granted', 'executing', 'executing'],
    ['cancelling', 'cancelling', 'cancelling'],
    ['succeeded', 'executing', 'succeeded'],
    ['failed', 'executing', 'failed'],
    ['cancelled', 'executing', 'cancelled'],
    ['expired', 'queued', 'expired'],
    ['refused', 'queued', 'refused'],
  ])('%s is shown as %s until its release knows, and as %s to whoever asks its own stream', (name, shown, own) => {
    const fold = folded(HISTORIES[name]);
    expect(fold.view).toMatchObject({ state: shown });
    expect(fold.view.finishedAt).toBeUndefined();
    expect(decided(fold)).toMatchObject({ state: own, ...(shown === own ? {} : { finishedAt: NOW }) });
  });

  it('says when it was queued and started', () => {
    expect(folded(begun).view).toMatchObject({ queuedAt: NOW, startedAt: NOW });
  });

  it('shows an attempt from its dispatch to its end, with exit code, outputs and the sum of its log', () => {
    expect(step(folded(begun).view, 'Build')).toMatchObject({
      state: 'dispatched',
      attempts: [{ number: 1, token: 1, pool: 'default', state: 'dispatched' }],
    });
    expect(step(folded([...begun, running('Build', 1)]).view, 'Build')).toMatchObject({
      state: 'running',
      attempts: [{ number: 1, token: 1, state: 'running', startedAt: NOW, worker: 'w1' }],
    });
    const done: DeploymentEvent = {
      type: 'StepSucceeded',
      data: { ...REF, ...attempt('Build', 1), exitCode: 0, outputs: { url: 'x' }, ...LOG },
    };
    expect(step(folded([...begun, running('Build', 1), done]).view, 'Build')).toEqual({
      name: 'Build',
      type: 'script',
      state: 'succeeded',
      outputs: { url: 'x' },
      attempts: [
        { number: 1, token: 1, pool: 'default', state: 'succeeded', startedAt: NOW, finishedAt: NOW, exitCode: 0, worker: 'w1', ...LOG },
      ],
    });
  });

  it('keeps one row for a try that is dispatched again, without the worker that handed it back', () => {
    const view = folded([...begun, running('Build', 1), dispatched('Build', 2, 'returned')]).view;
    expect(step(view, 'Build')?.attempts).toEqual([{ number: 1, token: 2, pool: 'default', state: 'dispatched' }]);
  });

  const cause = { code: 'step.failed', message: 'exit code 1' };
  it.each<[string, DeploymentEvent, object]>([
    [
      'failed',
      { type: 'StepFailed', data: { ...REF, ...attempt('Build', 1), cause, exitCode: 1, outputs: { half: 'y' }, ...LOG } },
      { exitCode: 1, ...LOG },
    ],
    ['failed', { type: 'StepFailed', data: { ...REF, ...attempt('Build', 1), cause, outputs: {} } }, {}],
    ['timed-out', { type: 'StepTimedOut', data: { ...REF, ...attempt('Build', 1), cause, ...LOG } }, LOG],
    ['lost', { type: 'StepLost', data: { ...REF, ...attempt('Build', 1), cause } }, {}],
  ])('shows a step that %s with its cause', (state, event, more) => {
    const shown = step(folded([...begun, running('Build', 1), event]).view, 'Build');
    expect(shown).toMatchObject({ state, attempts: [{ state, finishedAt: NOW, error: cause, ...more }] });
    expect(shown?.outputs).toEqual(event.type === 'StepFailed' ? event.data.outputs : {});
  });

  it('shows why a step was skipped, and leaves no attempt of it open', () => {
    const view = folded([...begun, skipped('Build', 'cancel'), skipped('Deploy', 'cancel')]).view;
    expect(step(view, 'Build')).toMatchObject({
      state: 'skipped',
      reason: { code: 'deployment-cancelled' },
      attempts: [{ state: 'skipped', finishedAt: NOW }],
    });
    expect(step(view, 'Deploy')).toMatchObject({ state: 'skipped', attempts: [] });
  });

  it('is not changed by a word that came too late', () => {
    const before = folded([...begun, running('Build', 1), stepSucceeded('Build', 1)]);
    const late: DeploymentEvent = {
      type: 'LateProgressRecorded',
      data: { ...REF, ...attempt('Build', 1), worker: 'w2', kind: 'succeeded' },
    };
    expect(folded([...begun, running('Build', 1), stepSucceeded('Build', 1), late])).toEqual(before);
  });

  describe('says why it ended, naming the event', () => {
    const reasonOf = (...events: DeploymentEvent[]) => decided(folded(events)).reason;

    it('failed: the step and what it said', () => {
      const failed: DeploymentEvent = {
        type: 'DeploymentFailed',
        data: { ...REF, cause: { code: 'step.failed', message: 'Step Build: exit code 1' } },
      };
      expect(reasonOf(...begun, failed)).toEqual({
        code: 'step.failed',
        message: 'Step Build: exit code 1',
        facts: {},
        events: ['event-5'],
      });
    });

    it('cancelled: by whom and why, and that the worker kept silent', () => {
      const cancelled = (acknowledged: boolean): DeploymentEvent => ({
        type: 'DeploymentCancelled',
        data: { ...REF, by: 'ada', reason: 'wrong one', started: true, acknowledged },
      });
      expect(reasonOf(...begun, running('Build', 1), cancelRequested('Build', 1), cancelled(true))).toMatchObject({
        code: 'deployment-cancelled',
        message: 'Cancelled by ada: wrong one.',
        facts: { acknowledged: true },
      });
      expect(reasonOf(...begun, cancelled(false))?.message).toContain('did not acknowledge it');
    });

    it('expired and refused: until when, and every reason', () => {
      expect(reasonOf(...HISTORIES.expired)).toMatchObject({
        code: 'deployment-expired',
        message: 'It had not started by 2026-01-05T09:00:00.000Z.',
      });
      expect(reasonOf(...HISTORIES.refused)).toMatchObject({
        code: NOT_HERE.code,
        message: NOT_HERE.message,
        facts: { reasons: [NOT_HERE] },
      });
    });
  });
});
