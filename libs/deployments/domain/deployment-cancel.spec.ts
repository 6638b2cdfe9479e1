import { deciderSpec } from '@slipway/kernel/testing';
import { deploymentDecider } from './deployment.decider';
import type { DeploymentEvent } from './deployment.events';
import {
  attempt,
  cancelRequested,
  COMMANDS,
  dispatched,
  FAILED,
  HISTORIES,
  LOG,
  REF,
  reports,
  SILENT,
  skipped,
  stepSucceeded,
  SUCCEEDED,
} from './deployment.fixture';

const { given } = deciderSpec(deploymentDecider);
const DEADLINE = '2026-01-05T08:00:30.000Z';

function cancelled(facts: { started: boolean; acknowledged: boolean }, reason: string | undefined = 'wrong one'): DeploymentEvent {
  return { type: 'DeploymentCancelled', data: { ...REF, by: 'ada', ...(reason ? { reason } : {}), ...facts } };
}
const restSkipped = [skipped('Deploy', 'cancel'), skipped('Check', 'cancel')];

describe('cancelling a deployment', () => {
  it.each(['scheduled', 'queued'] as const)('that is %s ends it at once, never started', (state) => {
    given(...HISTORIES[state])
      .when(COMMANDS.CancelDeployment)
      .then([cancelled({ started: false, acknowledged: true })]);
  });

  it('needs no reason', () => {
    given(...HISTORIES.scheduled)
      .when({ type: 'CancelDeployment', data: { leaseSeconds: 30 } })
      .then([cancelled({ started: false, acknowledged: true }, '')]);
  });

  it('with no granted attempt ends it at once: the step on offer never runs, nor any other', () => {
    given(...HISTORIES['executing, offered'])
      .when(COMMANDS.CancelDeployment)
      .then([skipped('Build', 'cancel'), ...restSkipped, cancelled({ started: true, acknowledged: true })]);
  });

  it('between two steps leaves the ended one as it ended', () => {
    given(...HISTORIES['executing, granted'], stepSucceeded('Build', 1), dispatched('Deploy', 2))
      .when(COMMANDS.CancelDeployment)
      .then([...restSkipped, cancelled({ started: true, acknowledged: true })]);
  });

  it('with a running step asks its worker, which has a lease to answer', () => {
    given(...HISTORIES['executing, granted'])
      .when(COMMANDS.CancelDeployment)
      .then([cancelRequested('Build', 1)]);
    given(...HISTORIES['executing, granted'])
      .when({ type: 'CancelDeployment', data: { leaseSeconds: 90 } })
      .then([
        {
          type: 'CancelRequested',
          data: { ...REF, attempts: [attempt('Build', 1)], by: 'ada', deadline: '2026-01-05T08:01:30.000Z' },
        },
      ]);
  });

  it.each(['cancelling', 'cancelled'] as const)('that is %s already changes nothing', (state) => {
    given(...HISTORIES[state])
      .when(COMMANDS.CancelDeployment)
      .then([]);
  });

  it.each(['succeeded', 'failed', 'expired', 'refused'] as const)('that has %s is refused, saying so', (state) => {
    given(...HISTORIES[state])
      .when(COMMANDS.CancelDeployment)
      .refused('deployment.ended', { state });
  });
});

describe('a deployment that is cancelling ends cancelled, always', () => {
  it('when the worker says that it ended the step', () => {
    const cause = { code: 'step.cancelled', message: 'ended by its worker, as asked' };
    given(...HISTORIES.cancelling)
      .when(reports('Build', 1, { kind: 'cancelled', ...LOG }))
      .then([
        { type: 'StepFailed', data: { ...REF, ...attempt('Build', 1), cause, outputs: {}, ...LOG } },
        ...restSkipped,
        cancelled({ started: true, acknowledged: true }),
      ]);
  });

  it('when the step had succeeded just before: that is said, and no further step runs', () => {
    given(...HISTORIES.cancelling)
      .when(reports('Build', 1, SUCCEEDED))
      .then([stepSucceeded('Build', 1), ...restSkipped, cancelled({ started: true, acknowledged: true })]);
  });

  it('when the step fails meanwhile', () => {
    const types = given(...HISTORIES.cancelling)
      .when(reports('Build', 1, FAILED))
      .decided()
      .map((event) => event.type);
    expect(types).toEqual(['StepFailed', 'StepSkipped', 'StepSkipped', 'DeploymentCancelled']);
  });

  it('when the worker hands the step back unstarted: it is not offered again', () => {
    const cause = { code: 'step.cancelled', message: 'handed back unstarted' };
    given(...HISTORIES.cancelling)
      .when(reports('Build', 1, { kind: 'returned', error: 'the worker stops' }))
      .then([
        { type: 'StepFailed', data: { ...REF, ...attempt('Build', 1), cause, outputs: {} } },
        ...restSkipped,
        cancelled({ started: true, acknowledged: true }),
      ]);
  });

  it('when the worker lost the step: what it did is unknown, so nobody acknowledged', () => {
    given(...HISTORIES.cancelling)
      .when(reports('Build', 1, { kind: 'lost', error: 'killed' }))
      .then([
        { type: 'StepLost', data: { ...REF, ...attempt('Build', 1), cause: { code: 'step.lost', message: 'killed' } } },
        ...restSkipped,
        cancelled({ started: true, acknowledged: false }),
      ]);
  });

  it('when the lease of the worker ran out', () => {
    given(...HISTORIES.cancelling)
      .when(COMMANDS.LoseAttempt)
      .then([
        { type: 'StepLost', data: { ...REF, ...attempt('Build', 1), cause: SILENT } },
        ...restSkipped,
        cancelled({ started: true, acknowledged: false }),
      ]);
  });

  it('when the deadline passed without a word: at the very moment, not a millisecond before', () => {
    given(...HISTORIES.cancelling)
      .when({ ...COMMANDS.ExpireCancel, meta: { now: '2026-01-05T08:00:29.999Z' } })
      .then([]);
    const [lost, ...rest] = given(...HISTORIES.cancelling)
      .when({ ...COMMANDS.ExpireCancel, meta: { now: DEADLINE } })
      .decided();
    expect(lost).toMatchObject({ type: 'StepLost', data: { ...attempt('Build', 1), cause: { code: 'step.cancel-unanswered' } } });
    expect(rest).toEqual([...restSkipped, cancelled({ started: true, acknowledged: false })]);
  });

  it('and what its worker says after that is recorded as late', () => {
    const ended = given(...HISTORIES.cancelling)
      .when({ ...COMMANDS.ExpireCancel, meta: { now: DEADLINE } })
      .decided();
    given(...HISTORIES.cancelling, ...ended)
      .when(reports('Build', 1, SUCCEEDED))
      .then([{ type: 'LateProgressRecorded', data: { ...REF, ...attempt('Build', 1), worker: 'w1', kind: 'succeeded' } }]);
  });

  it('and neither a claim nor the timer of its lane brings it back', () => {
    for (const command of [COMMANDS.ClaimAttempt, COMMANDS.StartDeployment, COMMANDS.QueueDeployment, COMMANDS.RedispatchAttempt]) {
      given(...HISTORIES.cancelling)
        .when(command)
        .then([]);
    }
  });
});
