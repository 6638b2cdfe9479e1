import { deciderSpec } from '@slipway/kernel/testing';
import {
  conclude,
  concluded,
  created,
  deployed,
  phase,
  promote,
  promoted,
  reached,
  schedule,
  scheduled,
  unlinked,
} from './release.fixture';
import { releaseDecider } from './release.decider';

const { given } = deciderSpec(releaseDecider);
const tried = [created(), ...reached('Build'), ...deployed('development', 'd1'), ...reached('Try')];
const linked = [
  ...tried,
  promoted('development', 'staging', 's1'),
  scheduled('staging', { deployment: 's1', promotedFrom: 'development' }),
];

describe('promoting a release', () => {
  it('connects the two environments from the intention on, and schedules the deployment', () => {
    given(...tried)
      .when(promote('staging'))
      .then([promoted('development', 'staging'), scheduled('staging', { promotedFrom: 'development' })]);
  });

  it('is what asking for a deployment to a later environment means', () => {
    given(...tried)
      .when(schedule('staging'))
      .then([promoted('development', 'staging'), scheduled('staging', { promotedFrom: 'development' })]);
  });

  it('again is the same link and a new deployment', () => {
    given(...linked)
      .when(promote('staging'))
      .then([scheduled('staging', { promotedFrom: 'development' })]);
  });

  it('on the way to Production makes a link for each pair', () => {
    given(...linked, concluded('s1', 'staging'), ...reached('Live'))
      .when(promote('production'))
      .then([promoted('staging', 'production'), scheduled('production', { promotedFrom: 'staging' })]);
  });

  it('to an environment of the first phase is refused: it is deployed there instead', () => {
    given(...tried)
      .when(promote('development'))
      .refused('release.nothing-to-promote', { to: 'development' });
  });

  it('before its phase is reached is refused with the reasons, and links nothing', () => {
    given(created(), ...reached('Build'))
      .when(promote('production'))
      .refused('release.not-eligible', {
        environment: 'production',
        reasons: [{ code: 'phase-incomplete' }, { code: 'phase-incomplete' }],
      });
  });

  it('to an environment that its lifecycle does not know is refused', () => {
    given(...tried)
      .when(promote('moon'))
      .refused('release.not-eligible', { reasons: [{ code: 'environment-not-in-lifecycle' }] });
  });

  it('can be scheduled like any deployment', () => {
    given(...tried)
      .when(promote('staging', { at: '2026-01-06T08:00:00.000Z', expiresAfter: 'PT1H', exclude: ['check'], priority: true }))
      .then([
        promoted('development', 'staging'),
        scheduled('staging', {
          promotedFrom: 'development',
          at: '2026-01-06T08:00:00.000Z',
          expiresAt: '2026-01-06T09:00:00.000Z',
          excluded: ['Check'],
          priority: true,
        }),
      ]);
  });
});

describe('where a link comes from', () => {
  it('is the environment of the latest success in the nearest earlier phase', () => {
    const phases = [phase('Build', ['development', 'lab'], { minimum: 1 }), phase('Try', ['staging'])];
    const both = [
      created(phases),
      ...deployed('lab', 'l1'),
      ...deployed('development', 'd1'),
      ...deployed('lab', 'l2', { outcome: 'failed' }),
    ];
    given(...both)
      .when(promote('staging'))
      .then([promoted('development', 'staging'), scheduled('staging', { promotedFrom: 'development' })]);
    given(...both, ...deployed('lab', 'l3'))
      .when(promote('staging'))
      .then([promoted('lab', 'staging'), scheduled('staging', { promotedFrom: 'lab' })]);
  });

  it('passes over an optional phase that nothing was deployed in', () => {
    const phases = [phase('Build', ['development']), phase('Try', ['staging'], { optional: true }), phase('Live', ['production'])];
    given(created(phases), ...deployed('development', 'd1'), ...deployed('staging', 's1', { outcome: 'failed' }))
      .when(promote('production'))
      .then([promoted('development', 'production'), scheduled('production', { promotedFrom: 'development' })]);
  });

  it('is never another environment of the same phase: inside one phase there is no link', () => {
    const phases = [phase('Build', ['development', 'lab']), phase('Try', ['staging'])];
    given(created(phases), ...deployed('development', 'd1'))
      .when(schedule('lab'))
      .then([scheduled('lab')]);
  });

  it('is nothing where no earlier phase had a success', () => {
    const phases = [phase('Play', ['sandbox'], { optional: true }), phase('Build', ['development'])];
    given(created(phases))
      .when(promote('development'))
      .then([scheduled('development')]);
  });
});

describe('a link', () => {
  it.each([
    ['cancelled', false],
    ['expired', false],
    ['refused', false],
  ] as const)('is taken back when its only deployment was %s without having started', (outcome, started) => {
    given(...linked)
      .when(conclude('s1', { outcome, started }))
      .then([concluded('s1', 'staging', { outcome, started }), unlinked('development', 'staging')]);
  });

  it.each(['failed', 'cancelled'] as const)('stays when its deployment had started and then %s', (outcome) => {
    given(...linked)
      .when(conclude('s1', { outcome }))
      .then([concluded('s1', 'staging', { outcome })]);
  });

  it('stays while another of its deployments may still start, and goes with the last one', () => {
    const second = [...linked, scheduled('staging', { deployment: 's2', promotedFrom: 'development' })];
    given(...second)
      .when(conclude('s1', { outcome: 'cancelled', started: false }))
      .then([concluded('s1', 'staging', { outcome: 'cancelled', started: false })]);
    given(...second, concluded('s1', 'staging', { outcome: 'cancelled', started: false }))
      .when(conclude('s2', { outcome: 'expired', started: false }))
      .then([concluded('s2', 'staging', { outcome: 'expired', started: false }), unlinked('development', 'staging')]);
  });

  it('stays when an earlier deployment of it had started', () => {
    given(
      ...linked,
      concluded('s1', 'staging', { outcome: 'failed' }),
      scheduled('staging', { deployment: 's2', promotedFrom: 'development' }),
    )
      .when(conclude('s2', { outcome: 'cancelled', started: false }))
      .then([concluded('s2', 'staging', { outcome: 'cancelled', started: false })]);
  });

  it('that was taken back is made anew by the next promotion', () => {
    given(...linked, concluded('s1', 'staging', { outcome: 'cancelled', started: false }), unlinked('development', 'staging'))
      .when(promote('staging'))
      .then([promoted('development', 'staging'), scheduled('staging', { promotedFrom: 'development' })]);
  });

  it('is not touched by a deployment to the first phase that never started', () => {
    given(...linked, scheduled('development', { deployment: 'd2' }))
      .when(conclude('d2', { outcome: 'cancelled', started: false }))
      .then([concluded('d2', 'development', { outcome: 'cancelled', started: false })]);
  });

  it('says which deployment made it, when, and by which event', () => {
    expect(given(...linked).state()).toMatchObject({
      links: [{ from: 'development', to: 'staging', deployment: 's1', at: '2026-01-05T08:00:00.000Z', event: 'event-6' }],
    });
  });
});
