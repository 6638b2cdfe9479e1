import { deciderSpec } from '@slipway/kernel/testing';
import { eligibility } from './eligibility';
import type { KnownRelease } from './release';
import { created, deployed, phase, scheduled, SHOP, THREE } from './release.fixture';
import type { ReleaseEvent } from './release.events';
import { releaseDecider } from './release.decider';

const { given } = deciderSpec(releaseDecider);
const verdict = (environment: string, phases: Parameters<typeof created>[0], ...events: ReleaseEvent[]) =>
  eligibility(given(created(phases), ...events).state() as KnownRelease, environment);
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
