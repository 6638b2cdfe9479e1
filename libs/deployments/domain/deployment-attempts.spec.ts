import { deciderSpec } from '@slipway/kernel/testing';
import { claimAnswer } from './attempts';
import type { KnownDeployment } from './deployment';
import { deploymentDecider } from './deployment.decider';
import type { DeploymentEvent } from './deployment.events';
import {
  attempt,
  claims,
  COMMANDS,
  dispatched,
  FAILED,
  HISTORIES,
  LOG,
  NOT_COMPOSED,
  REF,
  reports,
  running,
  SILENT,
  skipped,
  stepSucceeded,
  SUCCEEDED,
  succeeded,
} from './deployment.fixture';

const { given } = deciderSpec(deploymentDecider);
const offered = HISTORIES['executing, offered'];
const granted = HISTORIES['executing, granted'];
const known = (...events: DeploymentEvent[]) => given(...events).state() as KnownDeployment;

function failed(code: string, message: string): DeploymentEvent {
  return { type: 'DeploymentFailed', data: { ...REF, cause: { code, message } } };
}
const skippedRest = [skipped('Deploy', 'failure', 'Build'), skipped('Check', 'failure', 'Build')];

describe('a claim', () => {
  it('is accepted from the first worker, which is then the one that runs the attempt', () => {
    given(...offered)
      .when(claims('Build', 1, 'w1'))
      .then([running('Build', 1, 'w1')]);
  });

  it('of a second worker changes nothing: it is dropped, the holder is granted however often it asks', () => {
    given(...granted)
      .when(claims('Build', 1, 'w2'))
      .then([]);
    expect(claimAnswer(known(...granted), claims('Build', 1, 'w2').data)).toBe('dropped');
    expect(claimAnswer(known(...granted), claims('Build', 1, 'w1').data)).toBe('granted');
  });

  it.each([
    ['an older token', attempt('Build', 1)],
    ['a token never given', attempt('Build', 3)],
    ['another step', attempt('Deploy', 2)],
    ['another try', attempt('Build', 2, 2)],
  ])('of %s changes nothing and is dropped', (_what, ref) => {
    const again = [...offered, dispatched('Build', 2, 'unclaimed')];
    given(...again)
      .when({ type: 'ClaimAttempt', data: { ...ref, worker: 'w1' } })
      .then([]);
    expect(claimAnswer(known(...again), { ...ref, worker: 'w1' })).toBe('dropped');
  });

  it('of the holder is answered with cancel while cancelling', () => {
    expect(claimAnswer(known(...HISTORIES.cancelling), claims('Build', 1, 'w1').data)).toBe('cancel');
    expect(claimAnswer(known(...HISTORIES.cancelling), claims('Build', 1, 'w2').data)).toBe('dropped');
  });

  it('of an ended deployment is dropped', () => {
    for (const state of ['succeeded', 'failed', 'cancelled', 'expired', 'refused'] as const) {
      expect(claimAnswer(known(...HISTORIES[state]), claims('Build', 1).data)).toBe('dropped');
    }
  });
});

describe('the steps of a deployment', () => {
  it('run one after another, each under the next token, until it has succeeded', () => {
    const history = [...granted, stepSucceeded('Build', 1), dispatched('Deploy', 2), running('Deploy', 2, 'w2')];
    given(...granted)
      .when(reports('Build', 1, SUCCEEDED))
      .then([stepSucceeded('Build', 1), dispatched('Deploy', 2)]);
    given(...history)
      .when(reports('Deploy', 2, SUCCEEDED, 'w2'))
      .then([stepSucceeded('Deploy', 2), dispatched('Check', 3)]);
    given(...history, stepSucceeded('Deploy', 2), dispatched('Check', 3), running('Check', 3))
      .when(reports('Check', 3, SUCCEEDED))
      .then([stepSucceeded('Check', 3), succeeded]);
  });

  it('keep their outputs for later ones', () => {
    const outputs = { url: 'http://localhost:8080' };
    const event: DeploymentEvent = { type: 'StepSucceeded', data: { ...REF, ...attempt('Build', 1), outputs, ...LOG } };
    given(...granted)
      .when(reports('Build', 1, { kind: 'succeeded', outputs, ...LOG }))
      .then([event, dispatched('Deploy', 2)]);
    expect(known(...granted, event).outputs).toEqual({ Build: outputs });
  });

  it('are skipped after one that failed, and the deployment fails with its cause', () => {
    const cause = { code: 'step.failed', message: 'exit code 1' };
    given(...granted)
      .when(reports('Build', 1, FAILED))
      .then([
        { type: 'StepFailed', data: { ...REF, ...attempt('Build', 1), cause, exitCode: 1, outputs: {}, ...LOG } },
        ...skippedRest,
        failed('step.failed', 'Step Build: exit code 1'),
      ]);
  });

  it('are skipped after one that timed out', () => {
    const cause = { code: 'step.timed-out', message: 'not done after 60 s' };
    given(...granted)
      .when(reports('Build', 1, { kind: 'timed-out', error: cause.message, ...LOG }))
      .then([
        { type: 'StepTimedOut', data: { ...REF, ...attempt('Build', 1), cause, ...LOG } },
        ...skippedRest,
        failed('step.timed-out', 'Step Build: not done after 60 s'),
      ]);
  });

  it('are skipped after one whose worker says that it lost it', () => {
    const cause = { code: 'step.lost', message: 'the worker was killed' };
    given(...granted)
      .when(reports('Build', 1, { kind: 'lost', error: cause.message }))
      .then([
        { type: 'StepLost', data: { ...REF, ...attempt('Build', 1), cause } },
        ...skippedRest,
        failed('step.lost', 'Step Build: the worker was killed'),
      ]);
  });

  it('already done or excluded are not skipped when a later one fails', () => {
    given(...granted, stepSucceeded('Build', 1), dispatched('Deploy', 2), running('Deploy', 2))
      .when(reports('Deploy', 2, { kind: 'lost', error: 'gone' }))
      .then([
        { type: 'StepLost', data: { ...REF, ...attempt('Deploy', 2), cause: { code: 'step.lost', message: 'gone' } } },
        skipped('Check', 'failure', 'Deploy'),
        failed('step.lost', 'Step Deploy: gone'),
      ]);
  });
});

describe('an attempt that no worker speaks for', () => {
  it('is lost when the lease of its worker ran out, and the deployment fails', () => {
    given(...granted)
      .when(COMMANDS.LoseAttempt)
      .then([
        { type: 'StepLost', data: { ...REF, ...attempt('Build', 1), cause: SILENT } },
        ...skippedRest,
        failed('step.lost', 'Step Build: the worker fell silent'),
      ]);
  });

  it('cannot be lost before it was granted, nor under an older token', () => {
    given(...offered)
      .when(COMMANDS.LoseAttempt)
      .then([]);
    given(...offered, dispatched('Build', 2, 'unclaimed'), running('Build', 2))
      .when(COMMANDS.LoseAttempt)
      .then([]);
  });

  it('fails when its task cannot be composed, without a log', () => {
    given(...offered)
      .when(COMMANDS.FailAttempt)
      .then([
        { type: 'StepFailed', data: { ...REF, ...attempt('Build', 1), cause: NOT_COMPOSED, outputs: {} } },
        ...skippedRest,
        failed('task.too-large', 'Step Build: the task does not fit a message'),
      ]);
  });

  it('is offered again under the next token when nobody claims it, and that counts as no try', () => {
    given(...offered)
      .when(COMMANDS.RedispatchAttempt)
      .then([dispatched('Build', 2, 'unclaimed')]);
  });

  it('is not offered again once a worker was granted it', () => {
    given(...granted)
      .when(COMMANDS.RedispatchAttempt)
      .then([]);
  });

  it('keeps the pool of its step when it is offered again', () => {
    const history = offered.map((event) =>
      event.type === 'DeploymentOpened'
        ? { ...event, data: { ...event.data, plan: event.data.plan.map((step) => ({ ...step, pool: 'builders' })) } }
        : event,
    );
    given(...history)
      .when(COMMANDS.RedispatchAttempt)
      .then([{ type: 'StepDispatched', data: { ...REF, ...attempt('Build', 2), attempt: 1, pool: 'builders', because: 'unclaimed' } }]);
  });
});

describe('an attempt handed back unstarted', () => {
  const returned = reports('Build', 1, { kind: 'returned', error: 'the worker stops' });

  it('is offered again under the next token, and that counts as no try', () => {
    given(...granted)
      .when(returned)
      .then([dispatched('Build', 2, 'returned')]);
    given(...offered)
      .when(returned)
      .then([dispatched('Build', 2, 'returned')]);
  });

  it('by a worker that does not hold it changes nothing', () => {
    given(...granted)
      .when(reports('Build', 1, { kind: 'returned', error: 'the worker stops' }, 'w2'))
      .then([]);
  });

  it('a second time, or under an older token, changes nothing', () => {
    given(...granted, dispatched('Build', 2, 'returned'))
      .when(returned)
      .then([]);
  });
});
