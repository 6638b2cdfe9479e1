import { deciderSpec } from '@slipway/kernel/testing';
import type { KnownFreeze } from '@slipway/freezes/contract';
import { type Around, eligibility } from './eligibility';
import type { KnownRelease } from './release';
import { created, deployed, phase, scheduled, SHOP, THREE } from './release.fixture';
import type { ReleaseEvent } from './release.events';
import { releaseDecider } from './release.decider';

const { given } = deciderSpec(releaseDecider);
const NOW = '2026-01-05T08:00:00.000Z';
const AROUND: Around = { at: NOW, freezes: [] };
const verdict = (environment: string, phases: Parameters<typeof created>[0], ...events: ReleaseEvent[]) =>
  eligibility(given(created(phases), ...events).state() as KnownRelease, environment, AROUND);
const codes = (...asked: Parameters<typeof verdict>) => verdict(...asked).reasons.map((one) => one.code);

describe('the eligibility of a release for an environment', () => {
  it('is given in the first phase, always', () => {
    expect(verdict('development', THREE)).toEqual({ allowed: true, reasons: [] });
    expect(verdict('development', THREE, ...deployed('development', 'd1', { outcome: 'failed' })).allowed).toBe(true);
  });

  it('names every incomplete phase before the environment, each with what is missing', () => {
    const { allowed, reasons } = verdict('production', THREE);
    expect(allowed).toBe(false);
    expect(reasons).toMatchObject([
      { code: 'phase-incomplete', facts: { phase: 'Build', missing: ['development'], needed: 1, done: 0 }, events: ['event-1'] },
      { code: 'phase-incomplete', facts: { phase: 'Try', missing: ['staging'], needed: 1, done: 0 }, events: ['event-1'] },
    ]);
    expect(reasons[1]?.message).toContain('Phase Try comes before production');
  });

  it('is given by a success, not by a deployment that waits, failed or was cancelled', () => {
    expect(codes('staging', THREE, scheduled('development', { deployment: 'd1' }))).toEqual(['phase-incomplete']);
    expect(codes('staging', THREE, ...deployed('development', 'd1', { outcome: 'failed' }))).toEqual(['phase-incomplete']);
    expect(codes('staging', THREE, ...deployed('development', 'd1'))).toEqual([]);
  });

  it('names the events of the successes so far behind a phase that needs more', () => {
    const phases = [phase('Try', ['staging', 'qa', 'lab'], { minimum: 2 }), phase('Live', ['production'])];
    expect(verdict('production', phases, ...deployed('qa', 'q1'), ...deployed('qa', 'q2')).reasons).toMatchObject([
      { facts: { phase: 'Try', missing: ['staging', 'lab'], needed: 2, done: 1 }, events: ['event-1', 'event-3'] },
    ]);
    expect(codes('production', phases, ...deployed('qa', 'q1'), ...deployed('lab', 'l1'))).toEqual([]);
  });

  it('passes over optional phases, leading ones too, but never over the one behind them', () => {
    const phases = [
      phase('Play', ['sandbox'], { optional: true }),
      phase('Build', ['development']),
      phase('Try', ['staging'], { optional: true }),
      phase('Live', ['production']),
    ];
    expect(codes('sandbox', phases)).toEqual([]);
    expect(codes('development', phases)).toEqual([]);
    expect(codes('staging', phases)).toEqual(['phase-incomplete']);
    expect(verdict('production', phases).reasons.map((one) => one.facts['phase'])).toEqual(['Build']);
    expect(codes('production', phases, ...deployed('development', 'd1'))).toEqual([]);
  });

  it('is refused for an environment outside the lifecycle as it was frozen, naming those inside', () => {
    expect(verdict('moon', THREE).reasons).toMatchObject([
      {
        code: 'environment-not-in-lifecycle',
        facts: { environment: 'moon', lifecycle: 'web', environments: ['development', 'staging', 'production'] },
        events: ['event-1'],
      },
    ]);
  });

  it('is refused for a deleted release, beside every other reason', () => {
    const gone: ReleaseEvent = { type: 'ReleaseDeleted', data: SHOP };
    expect(codes('development', THREE, gone)).toEqual(['release-deleted']);
    expect(codes('staging', THREE, gone)).toEqual(['release-deleted', 'phase-incomplete']);
  });

  it('is history: what comes after a success does not take it back', () => {
    const after = [...deployed('development', 'd1'), ...deployed('development', 'd2', { outcome: 'failed' })];
    expect(codes('staging', THREE, ...after, scheduled('development', { deployment: 'd3' }))).toEqual([]);
  });
});

function freeze(slug: string, start: string, end: string, more: Partial<KnownFreeze> = {}): KnownFreeze {
  const at = (hour: string) => `2026-01-05T${hour}:00.000Z`;
  return { slug, start: at(start), end: at(end), timeZone: 'UTC', events: [`${slug}-created`], ...more };
}

describe('a freeze', () => {
  const asked = (environment: string, around: Partial<Around>) =>
    eligibility(given(created()).state() as KnownRelease, environment, { ...AROUND, ...around });
  const frozenAt = (hour: string, ...freezes: KnownFreeze[]) => asked('development', { at: `2026-01-05T${hour}:00.000Z`, freezes });

  it('is a reason with the freeze, its events and its end, beside every other reason', () => {
    const sale = freeze('sale', '07:00', '09:00', { reason: 'Winter sale' });
    expect(frozenAt('08:00', sale)).toEqual({
      allowed: false,
      reasons: [
        {
          code: 'freeze-active',
          message: 'Freeze sale keeps deployments from development until 2026-01-05T09:00:00.000Z (“Winter sale”).',
          facts: { freeze: 'sale', until: '2026-01-05T09:00:00.000Z' },
          events: ['sale-created'],
          notBefore: '2026-01-05T09:00:00.000Z',
        },
      ],
      notBefore: '2026-01-05T09:00:00.000Z',
    });
    const { reasons } = asked('staging', { freezes: [sale] });
    expect(reasons.map((one) => one.code)).toEqual(['phase-incomplete', 'freeze-active']);
  });

  it('counts at the time of the deployment: one that is to come blocks nothing today', () => {
    const sale = freeze('sale', '09:00', '10:00');
    expect(['08:59', '09:00', '09:59', '10:00'].map((hour) => frozenAt(hour, sale).allowed)).toEqual([true, false, false, true]);
  });

  it('counts for its projects and environments only', () => {
    const hold = (more: Partial<KnownFreeze>) => !frozenAt('08:00', freeze('f', '07:00', '09:00', more)).allowed;
    expect([hold({ projects: ['shop', 'blog'] }), hold({ projects: ['blog'] })]).toEqual([true, false]);
    expect([hold({ environments: ['development'] }), hold({ environments: ['production'] })]).toEqual([true, false]);
    expect(hold({ projects: ['shop'], environments: ['production'] })).toBe(false);
  });

  it('keeps it out until the last in an unbroken row is over', () => {
    const row = [
      freeze('a', '07:00', '09:00'),
      freeze('b', '08:30', '10:00'),
      freeze('c', '10:00', '12:00'),
      freeze('d', '13:00', '14:00'),
    ];
    const { reasons, notBefore } = frozenAt('08:00', ...row);
    expect(reasons.map((one) => [one.facts['freeze'], one.notBefore])).toEqual([['a', '2026-01-05T09:00:00.000Z']]);
    expect(notBefore).toBe('2026-01-05T12:00:00.000Z');
  });

  it('is passed over by a deployment that was let through it, and by it alone', () => {
    const freezes = [freeze('a', '07:00', '09:00'), freeze('b', '07:00', '10:00')];
    expect(asked('development', { freezes, overridden: ['a', 'b'] })).toEqual({ allowed: true, reasons: [] });
    expect(asked('development', { freezes, overridden: ['a'] })).toMatchObject({
      reasons: [{ facts: { freeze: 'b' } }],
      notBefore: '2026-01-05T10:00:00.000Z',
    });
  });
});
