import { deciderSpec } from '@slipway/kernel/testing';
import { conclude, concluded, created, deployed, idFor, phase, promoted, reached, schedule, scheduled } from './release.fixture';
import { releaseDecider } from './release.decider';

const { given } = deciderSpec(releaseDecider);
const toDevelopment = [created(), ...reached('Build'), scheduled('development', { deployment: 'd1' })];

describe('the end of a deployment', () => {
  it('with a success completes its phase and reaches the next one', () => {
    given(...toDevelopment)
      .when(conclude('d1'))
      .then([concluded('d1', 'development'), ...reached('Try')]);
  });

  it.each(['failed', 'cancelled', 'expired', 'refused'] as const)('%s reaches no phase', (outcome) => {
    given(...toDevelopment)
      .when(conclude('d1', { outcome, started: outcome === 'failed' }))
      .then([concluded('d1', 'development', { outcome, started: outcome === 'failed' })]);
  });

  it('told again changes nothing, nor with another outcome', () => {
    const told = [...toDevelopment, concluded('d1', 'development'), ...reached('Try')];
    given(...told)
      .when(conclude('d1'))
      .then([]);
    given(...told)
      .when(conclude('d1', { outcome: 'failed' }))
      .then([]);
  });

  it('of a deployment that the release does not know changes nothing', () => {
    given(...toDevelopment)
      .when(conclude('another'))
      .then([]);
    given().when(conclude('d1')).then([]);
  });

  it('in a phase already complete reaches nothing a second time', () => {
    given(...toDevelopment, concluded('d1', 'development'), ...reached('Try'), scheduled('development', { deployment: 'd2' }))
      .when(conclude('d2'))
      .then([concluded('d2', 'development')]);
  });

  it('with a success passes over optional phases: both the optional one and the one behind it are reached', () => {
    const phases = [phase('Build', ['development']), phase('Try', ['staging'], { optional: true }), phase('Live', ['production'])];
    given(created(phases), ...reached('Build'), scheduled('development', { deployment: 'd1' }))
      .when(conclude('d1'))
      .then([concluded('d1', 'development'), ...reached('Try', 'Live')]);
  });
});

describe('a phase', () => {
  const all = [phase('Try', ['staging', 'qa']), phase('Live', ['production'])];
  const any = [phase('Try', ['staging', 'qa', 'lab'], { minimum: 2 }), phase('Live', ['production'])];

  it('without a minimum is complete when all of its environments had a success', () => {
    const half = [created(all), ...reached('Try'), scheduled('staging', { deployment: 's1' }), scheduled('qa', { deployment: 'q1' })];
    given(...half)
      .when(conclude('s1'))
      .then([concluded('s1', 'staging')]);
    given(...half, concluded('s1', 'staging'))
      .when(conclude('q1'))
      .then([concluded('q1', 'qa'), ...reached('Live')]);
  });

  it('with a minimum is complete when as many environments had a success; two in one environment count once', () => {
    const one = [created(any), ...reached('Try'), ...deployed('staging', 's1')];
    given(...one, scheduled('staging', { deployment: 's2' }))
      .when(conclude('s2'))
      .then([concluded('s2', 'staging')]);
    given(...one, scheduled('lab', { deployment: 'l1' }))
      .when(conclude('l1'))
      .then([concluded('l1', 'lab'), ...reached('Live')]);
  });
});

describe('automatic environments', () => {
  const phases = [
    phase('Build', ['development']),
    phase('Try', ['!staging', 'qa', '!lab'], { minimum: 1 }),
    phase('Live', ['!production']),
  ];
  const start = [created(phases), ...reached('Build'), scheduled('development', { deployment: 'd1' })];

  it('of a phase that a success reaches are queued, each with the link that it makes', () => {
    given(...start)
      .when(conclude('d1'))
      .then([
        concluded('d1', 'development'),
        ...reached('Try'),
        promoted('development', 'staging'),
        scheduled('staging', { promotedFrom: 'development', failureMode: 'default', automatic: true }),
        promoted('development', 'lab'),
        scheduled('lab', { promotedFrom: 'development', failureMode: 'default', automatic: true }),
      ]);
  });

  it('are queued once: neither a further success before them nor a failure of their own queues them again', () => {
    const entered = [
      ...start,
      ...given(...start)
        .when(conclude('d1'))
        .decided(),
    ];
    given(...entered, scheduled('development', { deployment: 'd2' }))
      .when(conclude('d2'))
      .then([concluded('d2', 'development')]);
    given(...entered)
      .when(conclude(idFor('lab'), { outcome: 'failed' }))
      .then([concluded(idFor('lab'), 'lab', { outcome: 'failed' })]);
  });

  it('lead on by themselves: each success opens what comes behind it', () => {
    const entered = [
      ...start,
      ...given(...start)
        .when(conclude('d1'))
        .decided(),
    ];
    given(...entered)
      .when({ ...conclude(idFor('staging')), meta: { commandId: 'command-2' } })
      .then([
        concluded(idFor('staging'), 'staging'),
        ...reached('Live'),
        promoted('staging', 'production', idFor('production', 'command-2')),
        scheduled('production', {
          deployment: idFor('production', 'command-2'),
          promotedFrom: 'staging',
          failureMode: 'default',
          automatic: true,
        }),
      ]);
  });

  it('are linked from the environment whose success has just completed the phase', () => {
    const two = [phase('Build', ['development', 'lab']), phase('Try', ['!staging'])];
    given(created(two), ...reached('Build'), scheduled('development', { deployment: 'd1' }), ...deployed('lab', 'l1'))
      .when(conclude('d1'))
      .then([
        concluded('d1', 'development'),
        ...reached('Try'),
        promoted('development', 'staging'),
        scheduled('staging', { promotedFrom: 'development', failureMode: 'default', automatic: true }),
      ]);
  });

  it('of an optional phase are never queued by themselves, yet may be asked for', () => {
    const optional = [phase('Build', ['development']), phase('Try', ['!staging'], { optional: true })];
    const history = [created(optional), ...reached('Build'), scheduled('development', { deployment: 'd1' })];
    given(...history)
      .when(conclude('d1'))
      .then([concluded('d1', 'development'), ...reached('Try')]);
    given(...history, concluded('d1', 'development'), ...reached('Try'))
      .when(schedule('staging'))
      .then([promoted('development', 'staging'), scheduled('staging', { promotedFrom: 'development' })]);
  });

  it('take the variable snapshot in force when they are queued', () => {
    const updated = { project: 'shop', version: '1.0.0', snapshot: 2, revision: 8, hash: 'sha256:1e', variables: [] };
    const decided = given(...start, { type: 'VariablesUpdated', data: updated })
      .when(conclude('d1'))
      .decided();
    expect(decided.at(-1)?.data).toMatchObject({ environment: 'lab', variablesSnapshot: 2 });
  });
});

describe('a redeploy to Development', () => {
  const live = [
    created(),
    ...deployed('development', 'd1'),
    promoted('development', 'staging', 's1'),
    ...deployed('staging', 's1', { promotedFrom: 'development' }),
  ];

  it.each([
    ['while it waits', [scheduled('development', { deployment: 'd2' })]],
    ['when it failed', deployed('development', 'd2', { outcome: 'failed' })],
    ['when it was cancelled', deployed('development', 'd2', { outcome: 'cancelled' })],
    ['when it succeeded', deployed('development', 'd2')],
  ])('never closes Staging, nor Production behind it: %s', (_when, redeploy) => {
    given(...live, ...redeploy)
      .when(schedule('staging'))
      .then([scheduled('staging', { promotedFrom: 'development' })]);
    given(...live, ...redeploy)
      .when(schedule('production'))
      .then([promoted('staging', 'production'), scheduled('production', { promotedFrom: 'staging' })]);
  });

  it('is itself always possible: earlier phases stay deployable after promotion', () => {
    given(...live)
      .when(schedule('development'))
      .then([scheduled('development')]);
  });
});
