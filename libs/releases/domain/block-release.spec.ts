import { deciderSpec } from '@slipway/kernel/testing';
import { eligibility } from './eligibility';
import { blocked, conclude, created, deployed, phase, reached, schedule, scheduled, SHOP, THREE, unblocked } from './release.fixture';
import type { KnownRelease } from './release';
import { releaseDecider } from './release.decider';
import type { ReleaseEvent } from './release.events';

const { given } = deciderSpec(releaseDecider);
const AROUND = { at: '2026-01-05T08:00:00.000Z', freezes: [] };
const block = (reason = 'prices are wrong') => ({ type: 'BlockRelease' as const, data: { reason } });
const unblock = (reason?: string) => ({ type: 'UnblockRelease' as const, data: reason === undefined ? {} : { reason } });

const codes = (environment: string, ...history: ReleaseEvent[]) =>
  eligibility(given(...history).state() as KnownRelease, environment, AROUND).reasons.map((one) => one.code);
const AUTOMATIC = [phase('Build', ['development']), phase('Try', ['!staging', 'qa']), phase('Live', ['production'])];

describe('blocking a release', () => {
  it('is an event with its reason, and a state of its own that says who, when and why', () => {
    given(created()).when(block()).then([blocked()]);
    expect(given(created(), blocked()).state()).toMatchObject({
      status: 'blocked',
      blocked: { reason: 'prices are wrong', by: 'ada', at: '2026-01-05T08:00:00.000Z', event: 'event-2' },
    });
  });

  it('again for the same reason is nothing, for another one changes the reason', () => {
    given(created(), blocked()).when(block()).then([]);
    given(created(), blocked())
      .when(block('and texts'))
      .then([blocked('and texts')]);
  });

  it('leaves the first phase open, also before any success', () => {
    expect(codes('development', created(), blocked())).toEqual([]);
  });

  it('closes each later phase in which the release has no success yet, and names the event', () => {
    const history = [created(), ...deployed('development', 'd1'), blocked()];
    const { allowed, reasons } = eligibility(given(...history).state() as KnownRelease, 'staging', AROUND);
    expect(allowed).toBe(false);
    expect(reasons).toMatchObject([
      { code: 'release-blocked', facts: { reason: 'prices are wrong', by: 'ada', phase: 'Try' }, events: ['event-4'] },
    ]);
    expect(codes('production', ...history)).toEqual(['release-blocked', 'phase-incomplete']);
  });

  it('leaves a phase open in which one environment had a success, for all of its environments', () => {
    const history = [created(AUTOMATIC), ...deployed('development', 'd1'), ...deployed('qa', 'q1'), blocked()];
    expect(codes('staging', ...history)).toEqual([]);
    expect(codes('production', ...history)).toEqual(['release-blocked', 'phase-incomplete']);
  });

  it('makes no exemption for optional phases', () => {
    const phases = [phase('Build', ['development']), phase('Play', ['sandbox'], { optional: true })];
    expect(codes('sandbox', created(phases), ...deployed('development', 'd1'), blocked())).toEqual(['release-blocked']);
  });

  it('refuses a deployment with the reason', () => {
    given(created(), ...deployed('development', 'd1'), blocked())
      .when(schedule('staging'))
      .refused('release.not-eligible', { reasons: [expect.objectContaining({ code: 'release-blocked' })] });
  });

  it('opens no phase when a deployment succeeds meanwhile', () => {
    const history = [created(AUTOMATIC), ...reached('Build'), scheduled('development', { deployment: 'd1' }), blocked()];
    expect(
      given(...history)
        .when(conclude('d1'))
        .decided()
        .map(({ type }) => type),
    ).toEqual(['DeploymentConcluded']);
  });
});

describe('unblocking a release', () => {
  it('opens the phase that was reached meanwhile, with its automatic environments, once', () => {
    const history = [created(AUTOMATIC), ...reached('Build'), blocked(), ...deployed('development', 'd1')];
    const opened = given(...history)
      .when(unblock('mended'))
      .decided();
    expect(opened.map(({ type }) => type)).toEqual(['ReleaseUnblocked', 'PhaseReached', 'ReleasePromoted', 'DeploymentScheduled']);
    expect(opened[0]).toEqual(unblocked('mended'));
    expect(opened[3]?.data).toMatchObject({ ...SHOP, environment: 'staging', automatic: true, promotedFrom: 'development' });
    const after = [...history, unblocked(), ...reached('Try'), blocked()];
    given(...after)
      .when(unblock())
      .then([unblocked()]);
  });

  it('gives back what the block took', () => {
    const history = [created(THREE), ...deployed('development', 'd1'), blocked(), unblocked()];
    expect(codes('staging', ...history)).toEqual([]);
    expect(given(...history).state()).not.toHaveProperty('blocked');
  });

  it('of a release that is not blocked is nothing', () => {
    given(created()).when(unblock()).then([]);
    given(created(), blocked(), unblocked()).when(unblock('again')).then([]);
  });
});
