import { deciderSpec } from '@slipway/kernel/testing';
import { deploymentDecider } from './deployment.decider';
import {
  ALLOWED,
  COMMANDS,
  dispatched,
  frozen,
  NOT_HERE,
  opened,
  planned,
  queued,
  REF,
  started,
  stepSucceeded,
  succeeded,
  running,
  reports,
  SUCCEEDED,
} from './deployment.fixture';
import type { DeploymentEvent } from './deployment.events';

const { given } = deciderSpec(deploymentDecider);
const EXPIRES = '2026-01-05T09:00:00.000Z';
const expired: DeploymentEvent = { type: 'DeploymentExpired', data: { ...REF, expiresAt: EXPIRES } };

describe('a scheduled deployment', () => {
  const later = opened([planned('Build')], { at: '2026-01-05T08:30:00.000Z', expiresAt: EXPIRES, priority: true });

  const openAt = (now: string, supersede = false) =>
    given().when({ type: 'OpenDeployment', data: { opened: later.data, supersede }, meta: { now } });

  it('is opened with its plan frozen, with the number of its variable snapshot, and waits for its time', () => {
    openAt('2026-01-05T08:29:59.999Z').then([later]);
    expect(given(later).state()).toMatchObject({ status: 'scheduled', variablesSnapshot: 1, done: [], lastToken: 0 });
  });

  it('that is due already is queued as it opens, as its project wants it', () => {
    openAt('2026-01-05T08:30:00.000Z', true).then([later, { type: 'DeploymentQueued', data: { ...REF, priority: true, supersede: true } }]);
  });

  it('that is too late already expires as it opens', () => {
    openAt(EXPIRES).then([later, expired]);
  });

  it('is not queued a millisecond before its time, whatever the timer says', () => {
    given(later)
      .when({ ...COMMANDS.QueueDeployment, meta: { now: '2026-01-05T08:29:59.999Z' } })
      .then([]);
  });

  it('is queued at its time, with its priority', () => {
    given(later)
      .when({ ...COMMANDS.QueueDeployment, meta: { now: '2026-01-05T08:30:00.000Z' } })
      .then([{ type: 'DeploymentQueued', data: { ...REF, priority: true, supersede: false } }]);
  });

  it('that nobody could queue in time, since everything was down, expires instead of starting late', () => {
    given(later)
      .when({ ...COMMANDS.QueueDeployment, meta: { now: '2026-01-07T03:00:00.000Z' } })
      .then([expired]);
  });

  it('without an expiry is queued however late', () => {
    given(opened([planned('Build')]))
      .when({ ...COMMANDS.QueueDeployment, meta: { now: '2027-01-01T00:00:00.000Z' } })
      .then([queued]);
  });
});

describe('expiry', () => {
  const waiting = [opened([planned('Build')], { expiresAt: EXPIRES }), queued];
  const at = (now: string) => ({ meta: { now } });

  it('passes while the lane is busy: a millisecond before it may start, from the very moment on it never runs', () => {
    given(...waiting)
      .when({ type: 'StartDeployment', data: ALLOWED, ...at('2026-01-05T08:59:59.999Z') })
      .then([started, dispatched('Build', 1)]);
    given(...waiting)
      .when({ type: 'StartDeployment', data: ALLOWED, ...at(EXPIRES) })
      .then([expired]);
  });

  it('is told by the timer at the very moment, not before', () => {
    given(...waiting)
      .when({ ...COMMANDS.ExpireDeployment, ...at('2026-01-05T08:59:59.999Z') })
      .then([]);
    given(...waiting)
      .when({ ...COMMANDS.ExpireDeployment, ...at(EXPIRES) })
      .then([expired]);
  });

  it('comes before a refusal: what is too late is not judged any more', () => {
    given(...waiting)
      .when({ type: 'StartDeployment', data: { ...ALLOWED, verdict: { allowed: false, reasons: [NOT_HERE] } }, ...at(EXPIRES) })
      .then([expired]);
  });

  it('governs the start only: a deployment that runs past it goes on', () => {
    given(...waiting, started, dispatched('Build', 1), running('Build', 1))
      .when({ ...COMMANDS.ExpireDeployment, ...at('2026-01-05T12:00:00.000Z') })
      .then([]);
    given(...waiting, started, dispatched('Build', 1), running('Build', 1))
      .when({ ...reports('Build', 1, SUCCEEDED), ...at('2026-01-05T12:00:00.000Z') })
      .then([stepSucceeded('Build', 1), succeeded]);
  });

  it('never comes where none was asked for', () => {
    given(opened([planned('Build')]), queued)
      .when({ ...COMMANDS.ExpireDeployment, ...at('2036-01-05T12:00:00.000Z') })
      .then([]);
  });
});

describe('the grant of the lane', () => {
  it('starts the deployment and offers its first step', () => {
    given(opened([planned('Build', { pool: 'builders' }), planned('Deploy')]), queued)
      .when({ type: 'StartDeployment', data: ALLOWED })
      .then([started, { type: 'StepDispatched', data: { ...REF, step: 'Build', attempt: 1, token: 1, pool: 'builders' } }]);
  });

  it('refuses a deployment that is not eligible any more, with every reason, and it never runs', () => {
    const reasons = [NOT_HERE, { ...NOT_HERE, code: 'release-deleted' }];
    given(opened([planned('Build')]), queued)
      .when({ type: 'StartDeployment', data: { ...ALLOWED, verdict: { allowed: false, reasons } } })
      .then([{ type: 'DeploymentRefused', data: { ...REF, reasons } }]);
  });
});

describe('steps that do not run', () => {
  const start = (...plan: ReturnType<typeof planned>[]) =>
    given(opened(plan), queued).when({ type: 'StartDeployment', data: { ...ALLOWED, frozen: frozen(plan) } });
  const notHere = (step: string): DeploymentEvent => ({ type: 'StepSkipped', data: { ...REF, step, reason: NOT_HERE } });

  it('excluded, are passed over without a word', () => {
    start(planned('Build', { excluded: true }), planned('Deploy')).then([started, dispatched('Deploy', 1)]);
  });

  it('not meant for the environment, are skipped with the reason', () => {
    start(planned('Build', { skip: NOT_HERE }), planned('Deploy', { skip: NOT_HERE }), planned('Check')).then([
      started,
      notHere('Build'),
      notHere('Deploy'),
      dispatched('Check', 1),
    ]);
  });

  it('leave a deployment with nothing to do, which succeeds at once', () => {
    start(planned('Build', { excluded: true }), planned('Deploy', { skip: NOT_HERE })).then([started, notHere('Deploy'), succeeded]);
  });

  it('between others are passed over when their turn comes', () => {
    given(
      opened([planned('Build'), planned('Deploy', { excluded: true }), planned('Seed', { skip: NOT_HERE }), planned('Check')]),
      queued,
      started,
      dispatched('Build', 1),
      running('Build', 1),
    )
      .when(reports('Build', 1, SUCCEEDED))
      .then([stepSucceeded('Build', 1), notHere('Seed'), dispatched('Check', 2)]);
  });

  it('at the end do not keep it from succeeding', () => {
    given(opened([planned('Build'), planned('Deploy', { excluded: true })]), queued, started, dispatched('Build', 1), running('Build', 1))
      .when(reports('Build', 1, SUCCEEDED))
      .then([stepSucceeded('Build', 1), succeeded]);
  });
});
