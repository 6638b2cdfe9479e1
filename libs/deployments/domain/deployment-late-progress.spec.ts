import { deciderSpec } from '@slipway/kernel/testing';
import type { KnownDeployment } from './deployment';
import { deploymentDecider } from './deployment.decider';
import type { DeploymentEvent } from './deployment.events';
import {
  attempt,
  COMMANDS,
  dispatched,
  FAILED,
  HISTORIES,
  LOG,
  REF,
  reports,
  running,
  stepSucceeded,
  SUCCEEDED,
} from './deployment.fixture';

const { given } = deciderSpec(deploymentDecider);
const granted = HISTORIES['executing, granted'];
const known = (...events: DeploymentEvent[]) => given(...events).state() as KnownDeployment;

describe('progress that comes too late', () => {
  const late = (kind: string, step = 'Build', token = 1, worker = 'w1'): DeploymentEvent => ({
    type: 'LateProgressRecorded',
    data: { ...REF, ...attempt(step, token), worker, kind },
  });
  const again = [...granted, dispatched('Build', 2, 'returned'), running('Build', 2, 'w2')];

  it('under a stale token is recorded once and changes nothing', () => {
    given(...again)
      .when(reports('Build', 1, SUCCEEDED))
      .then([late('succeeded')]);
    given(...again, late('succeeded'))
      .when(reports('Build', 1, SUCCEEDED))
      .then([]);
    expect(known(...again, late('succeeded'))).toMatchObject({ status: 'executing', out: [{ token: 2, worker: 'w2' }], done: [] });
  });

  it('from a worker that does not hold the token is recorded and changes nothing', () => {
    given(...granted)
      .when(reports('Build', 1, FAILED, 'w2'))
      .then([late('failed', 'Build', 1, 'w2')]);
  });

  it('after the attempt was given up as lost is recorded: what really happened is known after all', () => {
    const lost = [
      ...granted,
      ...given(...granted)
        .when(COMMANDS.LoseAttempt)
        .decided(),
    ];
    given(...lost)
      .when(reports('Build', 1, SUCCEEDED))
      .then([late('succeeded')]);
    expect(known(...lost, late('succeeded')).status).toBe('failed');
  });

  it('is not the word that was taken in time, said again', () => {
    for (const outcome of [
      SUCCEEDED,
      FAILED,
      { kind: 'lost', error: 'gone' } as const,
      { kind: 'timed-out', error: 'slow', ...LOG } as const,
    ]) {
      const decided = given(...granted)
        .when(reports('Build', 1, outcome))
        .decided();
      given(...granted, ...decided)
        .when(reports('Build', 1, outcome))
        .then([]);
    }
  });

  it('that contradicts the word taken in time is recorded', () => {
    given(...granted, stepSucceeded('Build', 1), dispatched('Deploy', 2))
      .when(reports('Build', 1, FAILED))
      .then([late('failed')]);
  });

  it('of something that did not happen, handed back or cancelled, is not worth a record', () => {
    given(...again)
      .when(reports('Build', 1, { kind: 'cancelled', ...LOG }))
      .then([]);
    given(...HISTORIES.failed)
      .when(reports('Build', 1, { kind: 'returned', error: 'the worker stops' }))
      .then([]);
  });

  it('under a token that was never given is no progress at all', () => {
    given(...again)
      .when(reports('Build', 3, SUCCEEDED))
      .then([]);
    given(...HISTORIES.queued)
      .when(reports('Build', 1, SUCCEEDED))
      .then([]);
  });

  it('while cancelling leaves the cancelling as it is', () => {
    const cancelling = [...HISTORIES.cancelling, late('failed', 'Build', 1, 'w2')];
    expect(known(...cancelling)).toMatchObject({ status: 'cancelling', out: [{ token: 1, worker: 'w1' }], reason: 'wrong one' });
  });
});
