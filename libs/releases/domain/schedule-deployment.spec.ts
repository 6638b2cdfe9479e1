import { deciderSpec, refusalOf } from '@slipway/kernel/testing';
import { created, deployed, idFor, reached, schedule, scheduled, SHOP, shop, step } from './release.fixture';
import { releaseDecider } from './release.decider';
import type { DeploymentOptions } from './schedule-deployment';

const { given } = deciderSpec(releaseDecider);
const history = [created(), ...reached('Build')];
const at = (time: string, options: Partial<DeploymentOptions> = {}) =>
  given(...history).when(schedule('development', { at: time, ...options }));

/** Code and pointers of the refusal of these options. */
function refusal(options: Partial<DeploymentOptions>) {
  const refused = refusalOf(() =>
    given(...history)
      .when(schedule('development', options))
      .decided(),
  );
  return refused ? { kind: refused.kind, code: refused.code, pointers: refused.errors.map((one) => one.pointer) } : 'accepted';
}

describe('scheduling a deployment', () => {
  it('without a time is for now', () => {
    given(...history)
      .when(schedule('development'))
      .then([scheduled('development')]);
  });

  it('keeps comment and priority, and an id that the command gives', () => {
    given(...history)
      .when({ ...schedule('development', { comment: 'as agreed', priority: true }), meta: { commandId: 'command-7' } })
      .then([scheduled('development', { deployment: idFor('development', 'command-7'), comment: 'as agreed', priority: true })]);
  });

  it('pins the variable snapshot in force at scheduling', () => {
    const updated = { ...SHOP, snapshot: 2, revision: 8, hash: 'sha256:1e', variables: [] };
    given(...history, { type: 'VariablesUpdated', data: updated })
      .when(schedule('development'))
      .then([scheduled('development', { variablesSnapshot: 2 })]);
  });

  it('of one release can be asked for any number of times', () => {
    given(...history, ...deployed('development', 'd1'), scheduled('development', { deployment: 'd2' }))
      .when(schedule('development'))
      .then([scheduled('development')]);
  });
});

describe('the time of a deployment', () => {
  it('is at most 30 days ahead: 30 days are accepted, 30 days and a second are refused', () => {
    at('2026-02-04T08:00:00.000Z').then([scheduled('development', { at: '2026-02-04T08:00:00.000Z' })]);
    expect(refusal({ at: '2026-02-04T08:00:01.000Z' })).toEqual({ kind: 'invalid', code: 'deployment.at-too-far', pointers: ['/at'] });
    expect(refusal({ at: '2026-02-04T08:00:00.001Z' })).toMatchObject({ code: 'deployment.at-too-far' });
  });

  it('may be this very moment, and is refused when past', () => {
    at('2026-01-05T08:00:00.000Z').then([scheduled('development')]);
    expect(refusal({ at: '2026-01-05T07:59:59.999Z' })).toEqual({ kind: 'invalid', code: 'deployment.at-past', pointers: ['/at'] });
  });
});

describe('the expiry of a deployment', () => {
  it('is a period counted from its time', () => {
    at('2026-01-06T08:00:00.000Z', { expiresAfter: 'PT2H' }).then([
      scheduled('development', { at: '2026-01-06T08:00:00.000Z', expiresAt: '2026-01-06T10:00:00.000Z' }),
    ]);
    given(...history)
      .when(schedule('development', { expiresAfter: 'PT1S' }))
      .then([scheduled('development', { expiresAt: '2026-01-05T08:00:01.000Z' })]);
  });

  it('or an absolute time after it', () => {
    at('2026-01-06T08:00:00.000Z', { expiresAt: '2026-01-06T08:00:00.001Z' }).then([
      scheduled('development', { at: '2026-01-06T08:00:00.000Z', expiresAt: '2026-01-06T08:00:00.001Z' }),
    ]);
  });

  it('is not both', () => {
    expect(refusal({ expiresAfter: 'PT2H', expiresAt: '2026-01-05T10:00:00.000Z' })).toEqual({
      kind: 'invalid',
      code: 'deployment.expiry-twice',
      pointers: ['/expiresAfter'],
    });
  });

  it.each(['2026-01-06T08:00:00.000Z', '2026-01-06T07:59:59.999Z', '2026-01-05T09:00:00.000Z'])(
    'is refused at or before the start (%s): the deployment could never run',
    (expiresAt) => {
      const start = '2026-01-06T08:00:00.000Z';
      expect(refusal({ at: start, expiresAt })).toMatchObject({ code: 'deployment.expiry-before-start', pointers: ['/expiresAt'] });
    },
  );

  it('may be up to 365 days after the start', () => {
    expect(refusal({ expiresAt: '2027-01-05T08:00:00.000Z' })).toBe('accepted');
    expect(refusal({ expiresAt: '2027-01-05T08:00:00.001Z' })).toMatchObject({
      code: 'deployment.expiry-too-far',
      pointers: ['/expiresAt'],
    });
  });

  it.each(['PT0S', '-PT1H', 'P1M', 'P366D', 'soon', ''])('is refused as the period %p', (expiresAfter) => {
    expect(refusal({ expiresAfter })).toMatchObject({ code: 'deployment.expiry-period', pointers: ['/expiresAfter'] });
  });
});

describe('excluded steps', () => {
  it('are told by name, whatever the case, and kept as the process spells and orders them', () => {
    given(...history)
      .when(schedule('development', { exclude: ['CHECK', 'build', 'Check'] }))
      .then([scheduled('development', { excluded: ['Build', 'Check'] })]);
  });

  it('may not be required ones', () => {
    expect(refusal({ exclude: ['Build', 'deploy'] })).toEqual({ kind: 'invalid', code: 'deployment.exclude', pointers: ['/exclude/1'] });
  });

  it('must be steps of the release', () => {
    expect(refusal({ exclude: ['Test'] })).toEqual({ kind: 'invalid', code: 'deployment.exclude', pointers: ['/exclude/0'] });
  });

  it('may not be all of them: a success that did nothing would open the next phase', () => {
    const single = deciderSpec(releaseDecider).given(created(undefined, shop([step('Build')])), ...reached('Build'));
    expect(() => single.when(schedule('development', { exclude: ['build'] })).decided()).toThrow('every step is excluded');
  });

  it('that are wrong are all named at once', () => {
    expect(refusal({ exclude: ['Test', 'Build', 'Deploy'] })).toMatchObject({ pointers: ['/exclude/0', '/exclude/2'] });
  });
});
