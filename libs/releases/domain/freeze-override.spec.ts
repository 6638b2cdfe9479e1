import type { KnownFreeze } from '@slipway/freezes/contract';
import { deciderSpec } from '@slipway/kernel/testing';
import { createRelease, created, deployed, idFor, phase, promote, promoted, reached, schedule, scheduled, SHOP } from './release.fixture';
import { releaseDecider } from './release.decider';
import type { ReleaseEvent } from './release.events';

const { given } = deciderSpec(releaseDecider);
const freeze = (slug: string, start: string, end: string): KnownFreeze => ({
  slug,
  start,
  end,
  timeZone: 'UTC',
  events: [`${slug}-created`],
});
const now = freeze('sale', '2026-01-05T00:00:00.000Z', '2026-01-06T00:00:00.000Z');
const later = freeze('holidays', '2026-01-10T00:00:00.000Z', '2026-01-12T00:00:00.000Z');
const freezes = [now, later];
const overrideFreeze = { reason: 'The shop is down.' };
const through = (...slugs: string[]) => ({ overrideFreeze: { ...overrideFreeze, freezes: slugs } });
const overridden = (environment: string, ...slugs: string[]): ReleaseEvent => ({
  type: 'FreezeOverridden',
  data: { deployment: idFor(environment), ...SHOP, environment, freezes: slugs, reason: 'The shop is down.' },
});

describe('a deployment into a freeze', () => {
  it('is refused, with the freeze and when it is over', () => {
    given(created())
      .when(schedule('development', { freezes }))
      .refused('release.not-eligible', { reasons: [{ code: 'freeze-active', notBefore: now.end }] });
  });

  it('is refused by its own time, not by today', () => {
    const at = (time: string) => given(created()).when(schedule('development', { freezes, at: time }));
    at('2026-01-11T00:00:00.000Z').refused('release.not-eligible', { reasons: [{ facts: { freeze: 'holidays' } }] });
    at('2026-01-06T00:00:00.000Z').then([scheduled('development', { at: '2026-01-06T00:00:00.000Z' })]);
    at('2026-01-12T00:00:00.000Z').then([scheduled('development', { at: '2026-01-12T00:00:00.000Z' })]);
  });

  it('is let through with a reason, which it keeps, and which is an event that names the freezes of its time', () => {
    given(created())
      .when(schedule('development', { freezes, overrideFreeze }))
      .then([scheduled('development', through('sale')), overridden('development', 'sale')]);
    const history = [created(), ...deployed('development', 'd1')];
    given(...history)
      .when(promote('staging', { freezes: [now, { ...now, slug: 'audit' }], overrideFreeze }))
      .then([
        promoted('development', 'staging'),
        scheduled('staging', { promotedFrom: 'development', ...through('sale', 'audit') }),
        overridden('staging', 'sale', 'audit'),
      ]);
  });

  it('remembers what it was let through', () => {
    const state = given(created(), scheduled('development', through('sale')), overridden('development', 'sale')).state();
    expect(state).toMatchObject({ deployments: [{ deployment: idFor('development'), overridden: ['sale'] }] });
  });

  it('is not let through anything else', () => {
    given(created())
      .when(schedule('staging', { freezes, overrideFreeze }))
      .refused('release.not-eligible', { reasons: [{ code: 'phase-incomplete' }] });
  });

  it('has nothing to override outside of it', () => {
    given(created())
      .when(schedule('development', { freezes: [later], overrideFreeze }))
      .refused('deployment.no-freeze');
    given(created())
      .when(schedule('development', { freezes, overrideFreeze, at: '2026-01-07T00:00:00.000Z' }))
      .refused('deployment.no-freeze');
  });

  it('is scheduled all the same where the lifecycle asks: the lane will name the freeze, so that nothing is lost in silence', () => {
    const events = given()
      .when(createRelease([phase('Build', ['!development'])]))
      .decided();
    expect(events.slice(1)).toEqual([...reached('Build'), scheduled('development', { automatic: true, failureMode: 'default' })]);
  });
});
