import { deciderSpec } from '@slipway/kernel/testing';
import { deletionBlockers, isCurrent } from './deletability';
import { isComplete, isReached, missingIn, phaseOf, promotionSource, successesIn } from './progression';
import type { KnownRelease } from './release';
import { concluded, created, deployed, phase, promoted, scheduled } from './release.fixture';
import type { ReleaseEvent } from './release.events';
import { releaseDecider } from './release.decider';

const PHASES = [phase('Build', ['development']), phase('Try', ['staging', 'qa'], { minimum: 1 }), phase('Live', ['production'])];
const { given } = deciderSpec(releaseDecider);
const release = (...events: ReleaseEvent[]) => given(created(PHASES), ...events).state() as KnownRelease;

describe('progression', () => {
  it('counts successes in the order they ended, not in the order they were asked for', () => {
    const crossed = release(
      scheduled('development', { deployment: 'first' }),
      scheduled('development', { deployment: 'second' }),
      concluded('second', 'development'),
      concluded('first', 'development'),
    );
    expect(successesIn(crossed, 'development').map((one) => one.deployment)).toEqual(['second', 'first']);
  });

  it('counts nothing but successes', () => {
    const none = release(
      ...deployed('development', 'd1', { outcome: 'failed' }),
      ...deployed('development', 'd2', { outcome: 'cancelled' }),
      scheduled('development', { deployment: 'd3' }),
    );
    expect(successesIn(none, 'development')).toEqual([]);
    expect(missingIn(none, PHASES[0]!)).toEqual(['development']);
  });

  it('finds the phase of an environment, and none for a strange one', () => {
    expect(phaseOf(release(), 'qa')).toEqual({ phase: PHASES[1], index: 1 });
    expect(phaseOf(release(), 'moon')).toBeUndefined();
    expect(promotionSource(release(), 'moon')).toBeUndefined();
  });

  it('is complete by minimum, and says what is still missing', () => {
    const tried = release(...deployed('qa', 'q1'));
    expect([isComplete(tried, PHASES[1]!), missingIn(tried, PHASES[1]!)]).toEqual([true, ['staging']]);
  });

  it('reaches a phase only through all before it', () => {
    const skipping = release(...deployed('qa', 'q1'));
    expect([0, 1, 2].map((index) => isReached(skipping, index))).toEqual([true, false, false]);
    expect([0, 1, 2].map((index) => isReached(release(...deployed('qa', 'q1'), ...deployed('development', 'd1')), index))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('comes from the success that ended last in the nearest earlier phase', () => {
    const both = release(
      ...deployed('development', 'd1'),
      scheduled('staging', { deployment: 's1' }),
      scheduled('qa', { deployment: 'q1' }),
      concluded('q1', 'qa'),
      concluded('s1', 'staging'),
      ...deployed('development', 'd2'),
    );
    expect(promotionSource(both, 'production')).toBe('staging');
    expect(promotionSource(both, 'staging')).toBe('development');
    expect(promotionSource(both, 'development')).toBeUndefined();
  });
});

describe('what runs in an environment', () => {
  const live = release(...deployed('qa', 'q1'));
  const position = 3n;

  it('is not a release without a success there, whatever is known', () => {
    expect(isCurrent(live, 'staging', {})).toBe(false);
    expect(isCurrent(release(...deployed('qa', 'q1', { outcome: 'failed' })), 'qa', {})).toBe(false);
  });

  it('is this release as long as no other is known there', () => {
    expect(isCurrent(live, 'qa', {})).toBe(true);
    expect(isCurrent(live, 'qa', { qa: { version: '1.0.0', position } })).toBe(true);
  });

  it('is another one that succeeded later', () => {
    expect(isCurrent(live, 'qa', { qa: { version: '1.1.0', position: position + 1n } })).toBe(false);
  });

  it('is this release where the knowledge lags behind its own success: it can only refuse', () => {
    expect(isCurrent(live, 'qa', { qa: { version: '0.9.0', position: position - 1n } })).toBe(true);
  });
});

describe('what stands against deleting a release', () => {
  const live = release(
    ...deployed('development', 'd1'),
    promoted('development', 'qa', 'q1'),
    ...deployed('qa', 'q1', { promotedFrom: 'development' }),
  );

  it('is nothing for one that only runs in the first phase', () => {
    expect(deletionBlockers(release(...deployed('development', 'd1')), {})).toEqual([]);
  });

  it('is told with the events behind it', () => {
    expect(deletionBlockers(live, {})).toMatchObject([
      { code: 'release-linked', facts: { from: 'development', to: 'qa' }, events: ['event-4'] },
      { code: 'release-current', facts: { environment: 'qa' }, events: ['event-6'] },
    ]);
  });

  it('stays a link when another release has taken over: nothing else unlinks', () => {
    expect(deletionBlockers(live, { qa: { version: '1.1.0', position: 99n } }).map((one) => one.code)).toEqual(['release-linked']);
  });
});
